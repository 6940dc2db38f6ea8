/** Tells whether a file has changed since it was read. The launcher uses it. */
import { statSync } from 'node:fs';

/** A file as it was read. */
export interface FileState {
  readonly path: string;
  /** When it, its owner or its mode was changed last, in milliseconds since the epoch. */
  readonly modified: number;
  /** In bytes. */
  readonly size: number;
}

/** The state of a file; undefined if it does not exist. */
export function fileState(path: string): FileState | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { path, modified: stat.ctimeMs, size: stat.size };
}

/** Whether a file's time or size differs, or it is gone. */
export function hasChanged({ path, modified, size }: FileState): boolean {
  const now = fileState(path);
  return now?.modified !== modified || now.size !== size;
}
