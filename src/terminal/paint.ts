/** Decides whether output is coloured, and loads the colours. */
import type { ChalkInstance } from 'chalk';

/** What decides whether a stream is coloured. */
export interface ColorOptions {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether --no-color was given. */
  readonly noColor: boolean;
}

/** See https://no-color.org and https://force-color.org. */
export function hasColor({ isTTY, env, noColor }: ColorOptions): boolean {
  if (noColor) return false;
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return isTTY && terminal !== 'dumb';
}

/** Undefined if the stream is not coloured; then chalk is not loaded. */
export async function loadPaint(options: ColorOptions): Promise<ChalkInstance | undefined> {
  if (!hasColor(options)) return undefined;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}
