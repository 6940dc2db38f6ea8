/** Writes a file whole or not at all: a reader sees the old text or the new, never a part. */
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { uniqueId } from './unique.ts';

/** Windows has no such flag; there the exclusive creation is the guard. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Replaces the file at `path`, or creates it, by way of a new file and a rename. A symbolic link at
 * `path` is replaced itself: what it points to stays as it was. After a power cut either text may be
 * there: what is written is a copy of what can be asked for again.
 * @param options.mode the file's permissions, whatever the umask and the old file's were
 * @param options.temporary the path of the new file, on the same file system; by default beside `path`
 * @throws the system's error (ENOENT, EISDIR, ENOSPC, …); nothing is left behind then
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: { readonly mode: number; readonly clock: Clock; readonly temporary?: string },
): Promise<void> {
  // The name is cut so that the new file's fits wherever the old one's does.
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
    // What went wrong before is what there is to tell.
  }
}

/** Renames; tries again for a moment, since on Windows a reader of the old file is in the way. */
async function replace(from: string, to: string, { sleep }: Clock): Promise<void> {
  for (const pause of [10, 20, 40, 80]) {
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
