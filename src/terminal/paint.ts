/** Colours, where there is somebody to see them. */
import type { ChalkInstance } from 'chalk';

/** What decides whether a stream is painted. */
export interface Canvas {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether --no-color was given. */
  readonly noColor: boolean;
}

/** Whether a stream is painted: FORCE_COLOR and NO_COLOR mean what they mean elsewhere. */
export function hasColor({ isTTY, env, noColor }: Canvas): boolean {
  if (noColor) return false;
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return isTTY && terminal !== 'dumb';
}

/** Paints, or leaves as it is; loaded only where something is painted. */
export async function loadPaint(canvas: Canvas): Promise<ChalkInstance | undefined> {
  if (!hasColor(canvas)) return undefined;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}
