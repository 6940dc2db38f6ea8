/** `--out-file`: writes the result to a file that only its owner can read. */
import { basename, dirname, join, sep } from 'node:path';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { inDirectory } from '../files/held-directory.ts';
import { wayTo } from '../files/way.ts';
import { overwrite, Refused, type WriteWorld, writeSpecial } from './special-file.ts';

/**
 * Creates or replaces the file atomically, with the mode 0600. A symbolic link to a file is itself
 * replaced, so that another user's link in a shared directory cannot redirect the token. A device, a
 * FIFO or an open file (/dev/stdout, `>(…)`) is written to in place, unless another user could read the
 * token there. So is a file that cannot be replaced, such as a mount point.
 *
 * @throws AuthctlError `output_failed` naming the path
 */
export async function writeOutFile(path: string, text: string, world: WriteWorld): Promise<void> {
  try {
    if (await writeSpecial(path, text, world)) return;
    // With a slash at its end, the path is that of a directory.
    const name = basename(path) + (path.endsWith('/') ? '/' : '');
    await inDirectory(wayTo(dirname(path)), async (directory) => {
      const place = join(directory, name);
      try {
        await writeFileAtomic(place, text, { mode: 0o600, clock: world.clock });
      } catch (error) {
        const code = systemErrorCode(error) ?? '';
        if (!irreplaceable.includes(code) || !(await overwrite(path, place, text, world)))
          throw error;
        world.notice?.(
          `notice: ${path} cannot be replaced (${code}), so it was written in place: while it is written, a reader may see a part`,
        );
      }
    });
  } catch (cause) {
    throw outputFailed(`cannot write ${JSON.stringify(path)}`, cause);
  }
}

/**
 * The errors for a file that cannot be replaced, but perhaps written: it is a mount point, as in a
 * container, or its directory cannot be written to.
 */
const irreplaceable: readonly string[] = ['EBUSY', 'EXDEV', 'EROFS', 'EACCES', 'EPERM'];

/** Whether a file was not replaced because a program reads it, which only Windows does not allow. */
export function isInUse(error: AuthctlError): boolean {
  const code = systemErrorCode(error.details.cause) ?? '';
  return sep === '\\' && error.code === 'output_failed' && irreplaceable.includes(code);
}

/** The error for what could not be written. @param what such as `cannot write "file"` */
export function outputFailed(what: string, cause: unknown): AuthctlError {
  if (cause instanceof Refused) {
    const { message, hint } = cause;
    return new AuthctlError(
      'output_failed',
      `${what}: ${message}`,
      hint === undefined ? {} : { hint },
    );
  }
  const code = systemErrorCode(cause) ?? 'an error';
  return new AuthctlError('output_failed', `${what}: ${reasons[code] ?? code}`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ...(sep === '\\' && { EPERM: 'another program has it open, or you may not change it' }),
  EBUSY: 'it is in use, or a mount point',
  EBADF: 'it is not an open file',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left',
  ENOTDIR: 'part of the path is not a directory',
  ESTALE: 'its directory was replaced meanwhile',
  EROFS: 'the file system is read-only',
};
