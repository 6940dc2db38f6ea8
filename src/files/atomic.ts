/** Writes a file whole or not at all: a reader sees the old text or the new, never a part. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../errors.ts';

/** Windows has no such flag; there the exclusive creation is the guard. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Replaces the file at `path`, or creates it, by way of a new file and a rename. A symbolic link at
 * `path` is replaced itself: what it points to stays as it was.
 * @param options.mode the file's permissions, whatever the umask and the old file's were
 * @param options.scratch where the new file is made: a directory on the same file system, by default
 *   the one that `path` is in
 * @throws the system's error (ENOENT, EISDIR, ENOSPC, …); nothing is left behind then
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: { readonly mode: number; readonly scratch?: string },
): Promise<void> {
  const directory = dirname(path);
  // The name is cut so that the new file's fits wherever the old one's does.
  const name = `.${basename(path).slice(0, 32)}.${randomUUID()}.tmp`;
  const temporary = join(options.scratch ?? directory, name);
  const file = await open(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
    options.mode & 0o600,
  );
  try {
    try {
      await file.chmod(options.mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await replace(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncDirectory(directory);
}

/** Renames; tries again for a moment, since on Windows a reader of the old file is in the way. */
async function replace(from: string, to: string): Promise<void> {
  for (const pause of [10, 20, 40, 80]) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await sleep(pause);
    }
  }
  await rename(from, to);
}

/** Makes the rename itself survive a power cut, where the file system can. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no directory, and some file systems sync none: the file is in place all the same.
  }
}
