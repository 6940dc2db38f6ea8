/** Changes `config.json` atomically and under a lock, so that concurrent changes are not lost. */
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { AuthctlError, hint, quoted, systemErrorCode } from '../errors.ts';
import { type Lock, waitForLock } from '../files/lock.ts';
import { makeDirectory } from '../files/plain-directory.ts';
import { broken } from './document.ts';
import type { Draft } from './edit.ts';
import { followLinks } from './links.ts';
import { parseConfig } from './read.ts';
import { checkWay, readTrustedConfig } from './trust.ts';

/** Milliseconds to wait for the lock. */
const timeout = 30_000;

/**
 * Changes the file under a lock, or creates it (0600, its directory 0700). Other settings stay as they
 * are, even unknown ones, and a symbolic link stays a link.
 *
 * @param options.uid the user's id; undefined if files have no owner (Windows)
 * @param change calls the functions of `edit.ts`; it may be called again, with a fresh draft; if it
 *   throws, nothing is written
 * @returns the result of the change
 * @throws AuthctlError `config_broken`, also if others could write to the file or a directory on its path
 */
export async function updateConfig<T>(
  path: string,
  { clock, uid }: { readonly clock: Clock; readonly uid: number | undefined },
  change: (draft: Draft) => T,
): Promise<T> {
  const { default: Conf } = await import('conf');
  const target = followLinks(path);
  const directory = dirname(target);
  // What is written where others can write would not be read again, and directories are not created there.
  try {
    checkWay(path, path, uid);
    makeDirectory(directory);
    checkWay(path, path, uid);
  } catch (cause) {
    throw cause instanceof AuthctlError ? cause : unwritable(path, cause);
  }
  for (;;) {
    const lock = await lockConfig(target, clock);
    try {
      // Conf would accept a file that is not UTF-8, and its errors quote a file that is not JSON.
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
    lock = await waitForLock(lockPath, { clock, timeout });
  } catch (cause) {
    if (systemErrorCode(cause) !== undefined) throw unwritable(path, cause);
    throw broken(path, `cannot be changed: ${lockPath} cannot be used as a lock file`, {
      hint: hint`remove ${quoted(lockPath)}`,
      cause,
    });
  }
  if (lock) return lock;
  throw broken(path, 'is locked by another process', {
    hint: hint`if no other authctl is running: rm ${quoted(lockPath)}`,
  });
}

/** The error for a failed system call; any other error is returned as it is. */
function unwritable(path: string, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  return code === undefined ? cause : broken(path, `cannot be written: ${code}`, { cause });
}
