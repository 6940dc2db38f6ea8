/** Says in words what was found in an answer. */
import type { Place } from './declaration.ts';
import { describePlace } from './place.ts';

/** What was found at the places of kept values, in words. */
export function describeKept(
  keep: Readonly<Record<string, { readonly at: Place }>> = {},
  kept: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(keep).map(
    ([name, { at }]) =>
      `found ${Object.hasOwn(kept, name) ? '' : 'no '}${name} at ${describePlace(at)}`,
  );
}
