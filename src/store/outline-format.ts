/** The text of a declaration's outline, as it is kept for the launcher, and read back. */
import type { Outline } from '../declaration/outline.ts';

/** What stands in the file. */
interface OutlineFile {
  readonly version: number;
  /** The version of authctl that wrote it. */
  readonly program: string;
  readonly outline: Outline;
}

/**
 * The text of an outline's file.
 *
 * @param program the version of authctl: another one may have another declaration built in
 */
export function formatOutline(outline: Outline, program: string): string {
  const file: OutlineFile = { version: 1, program, outline };
  return `${JSON.stringify(file)}\n`;
}

/**
 * Reads an outline's file. It is ours, written whole, in a directory that only we can write to: what
 * its version promises is not checked again at each start.
 *
 * @returns undefined where it was written by another version of the program, or is damaged
 */
export function parseOutline(text: string, program: string): Outline | undefined {
  try {
    const file: OutlineFile = JSON.parse(text);
    return file.version === 1 && file.program === program ? file.outline : undefined;
  } catch {
    return undefined;
  }
}
