/** Writes `config.json`: a change at a time, whole or not at all, none lost to another process. */
import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { type Lock, waitForLock } from '../files/lock.ts';
import { broken } from './document.ts';
import type { Draft } from './edit.ts';
import { followLinks } from './links.ts';
import { parseConfig } from './read.ts';
import { checkWay, readTrustedConfig } from './trust.ts';

/** Milliseconds to wait, all in all, while other processes take their turns. */
const patience = 30_000;

/**
 * Changes the file under a lock, and creates it (0600, its directory 0700) where there is none.
 * What the change does not touch stays, known or not; a symbolic link stays one.
 *
 * @param options.uid the user's number; undefined where files have no owner (Windows)
 * @param change calls the functions of `edit.ts`; it may be called again, with a fresh draft; where it throws, nothing is written
 * @returns what the change returned
 * @throws AuthctlError `config_broken`, also where others could write to the file or its way
 */
export async function updateConfig<T>(
  path: string,
  { clock, uid }: { readonly clock: Clock; readonly uid: number | undefined },
  change: (draft: Draft) => T,
): Promise<T> {
  const { default: Conf } = await import('conf');
  const target = followLinks(path);
  const directory = dirname(target);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  // What is written where others can write would not be read again.
  checkWay(path, path, uid);
  for (;;) {
    const lock = await lockConfig(target, clock);
    try {
      // Conf would take a file that is not UTF-8, and quote one that is not JSON in its error.
      readTrustedConfig(path, uid);
      const conf = new Conf<Draft['settings']>({
        cwd: directory,
        configName: basename(target),
        fileExtension: '',
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
        deserialize: (text) => parseConfig(path, Buffer.from(text)),
        serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
      });
      const settings = conf.store;
      const result = change({ path, settings });
      if (!lock.held()) continue;
      conf.store = settings;
      return result;
    } catch (cause) {
      if (cause instanceof AuthctlError) throw cause;
      throw unwritable(path, cause);
    } finally {
      lock.release();
    }
  }
}

/** @throws AuthctlError `config_broken` */
async function lockConfig(path: string, clock: Clock): Promise<Lock> {
  const lockPath = `${path}.lock`;
  let lock: Lock | undefined;
  try {
    lock = await waitForLock(lockPath, { clock, patience });
  } catch (cause) {
    if (systemErrorCode(cause) !== undefined) throw unwritable(path, cause);
    throw broken(path, `cannot be changed: ${lockPath} is no lock of ours`, {
      hint: `rm ${lockPath}`,
      cause,
    });
  }
  if (lock) return lock;
  throw broken(path, 'is being changed by other processes all the time', {
    hint: `if none is running: rm ${lockPath}`,
  });
}

/** What to throw for a failed system call; anything else is thrown as it is. */
function unwritable(path: string, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  return code === undefined ? cause : broken(path, `cannot be written: ${code}`, { cause });
}
