/** The file format of a declaration's outline, which is stored for the launcher. */
import type { Outline } from '../declaration/outline.ts';

/** The file's content. */
interface OutlineFile {
  readonly version: number;
  /** The version of authctl that wrote it. */
  readonly program: string;
  readonly outline: Outline;
}

/**
 * Formats an outline's file.
 *
 * @param program the version of authctl, since built-in declarations differ between versions
 */
export function formatOutline(outline: Outline, program: string): string {
  const file: OutlineFile = { version: 1, program, outline };
  return `${JSON.stringify(file)}\n`;
}

/**
 * Parses an outline's file. Its content is not validated, to save time at each start: authctl wrote
 * it atomically, in a directory that only the user can write to.
 *
 * @returns undefined if another version of authctl wrote it, or it is damaged
 */
export function parseOutline(text: string, program: string): Outline | undefined {
  try {
    const file: OutlineFile = JSON.parse(text);
    return file.version === 1 && file.program === program ? file.outline : undefined;
  } catch {
    return undefined;
  }
}
