/** Appends text to a file to which other programs append as well. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AuthctlError, systemErrorCode } from '../errors.ts';

/**
 * Appends lines in one write. A last line without a newline gets one first.
 *
 * @throws AuthctlError `output_failed` naming the path
 */
export async function appendLines(path: string, lines: string): Promise<void> {
  try {
    const { O_RDWR, O_APPEND, O_CREAT } = constants;
    const file = await open(path, O_RDWR | O_APPEND | O_CREAT, 0o600);
    try {
      await file.writeFile((await lacksNewline(file)) ? `\n${lines}` : lines);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const reason = systemErrorCode(cause) ?? 'an error';
    throw new AuthctlError('output_failed', `cannot append to ${JSON.stringify(path)}: ${reason}`, {
      cause,
    });
  }
}

async function lacksNewline(file: FileHandle): Promise<boolean> {
  const stats = await file.stat();
  if (!stats.isFile() || stats.size === 0) return false;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, stats.size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}
