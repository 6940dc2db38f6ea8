/** Writes files atomically: a reader sees the old text or the new one, never a part. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { uniqueId } from './unique.ts';

/** Windows does not have the flag; O_EXCL suffices there. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Creates or replaces the file at `path` with a new file and a rename. A symbolic link at `path` is
 * itself replaced, and its target is kept. The directory is not synced, so after a power cut the old
 * text may be back: everything written can be fetched again.
 *
 * @param options.mode the file's permissions, whatever the umask and those of the old file
 * @param options.temporary the path of the new file, on the same file system; by default beside `path`
 * @throws the system's error (ENOENT, EISDIR, ENOSPC, …); then no temporary file is left
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: { readonly mode: number; readonly clock: Clock; readonly temporary?: string },
): Promise<void> {
  // Shortened, so that it is not too long if the name of `path` is not.
  const name = `.${basename(path).slice(0, 32)}.${uniqueId()}.tmp`;
  const temporary = options.temporary ?? join(dirname(path), name);
  const descriptor = openSync(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
    options.mode & 0o600,
  );
  try {
    try {
      fchmodSync(descriptor, options.mode);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    await replace(temporary, path, options.clock);
  } catch (error) {
    remove(temporary);
    throw error;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The caller throws the first error.
  }
}

/** In milliseconds. */
const pauses = [10, 20, 40, 80];
const pausesForReader = [160, 320, 640, 1280];

/** Renames, with a few retries: on Windows a rename fails while a process reads the old file. */
async function replace(from: string, to: string, { sleep }: Clock): Promise<void> {
  const mayHaveReader = sep === '\\' && existsSync(to);
  for (const pause of mayHaveReader ? [...pauses, ...pausesForReader] : pauses) {
    try {
      return renameSync(from, to);
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await sleep(pause);
    }
  }
  renameSync(from, to);
}
