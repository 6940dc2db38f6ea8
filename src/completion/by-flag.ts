/** The flags the other way round, for shells whose scripts ask by flag: which take a value, and what it may be. */
import type { FlagGroup, Offer } from './words.ts';

/** What may follow some flags. */
export interface FlagValues {
  readonly names: readonly string[];
  /** One for everywhere, or one for each of the places. */
  readonly choices: readonly { readonly at: FlagGroup['at']; readonly offer: Offer }[];
}

/** The names of all flags that a value follows. */
export function namesWithValue(groups: readonly FlagGroup[]): readonly string[] {
  const flags = groups.flatMap(({ flags }) => flags).filter(({ value }) => value !== undefined);
  return [...new Set(flags.flatMap(({ names }) => names))];
}

/** The flags about whose values something is known. */
export function flagValues(groups: readonly FlagGroup[]): readonly FlagValues[] {
  const byNames = new Map<string, { names: readonly string[]; choices: FlagValues['choices'] }>();
  for (const { at, flags } of groups) {
    for (const { names, value } of flags) {
      if (value === undefined || value.offer.kind === 'nothing') continue;
      const key = names.join();
      const choices = byNames.get(key)?.choices ?? [];
      byNames.set(key, { names, choices: [...choices, { at, offer: value.offer }] });
    }
  }
  const merged = new Map<string, FlagValues>();
  for (const { names, choices } of byNames.values()) {
    const [first] = choices;
    const same = first && choices.every(({ offer }) => isSame(offer, first.offer));
    const key = same ? JSON.stringify(first.offer) : names.join();
    merged.set(key, {
      names: [...(merged.get(key)?.names ?? []), ...names],
      choices: same ? [{ at: 'everywhere', offer: first.offer }] : choices,
    });
  }
  return [...merged.values()];
}

function isSame(one: Offer, other: Offer): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
