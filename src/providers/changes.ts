/** Lists where two declarations differ. */
import type { Declaration } from '../declaration/declaration.ts';
import { escaped } from '../declaration/pointer.ts';

/** The number of changes that are listed. */
const most = 30;

/** What stands for no change. */
export const unchanged = 'nothing';

/** A line per place, such as `/answer/token: "/token" to "/jwt"`. */
export function changes(before: Declaration, after: Declaration): readonly string[] {
  const { file: _, ...old } = before;
  const { file: __, ...now } = after;
  const found = [...differences('', old, now)];
  const more = found.length > most ? [`${found.length - most} more places`] : [];
  return found.length === 0 ? [unchanged] : [...found.slice(0, most), ...more];
}

function* differences(pointer: string, before: unknown, after: unknown): Generator<string> {
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const old = new Map<string, unknown>(Object.entries(before));
    const now = new Map<string, unknown>(Object.entries(after));
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      yield* differences(`${pointer}/${escaped(key)}`, old.get(key), now.get(key));
    }
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    yield `${pointer}: ${shown(before)} to ${shown(after)}`;
  }
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
