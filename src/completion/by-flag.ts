/** Groups flags by the completions of their values, for shells whose scripts look them up by flag. */
import type { FlagGroup, Offer } from './words.ts';

/** The completions for the values of some flags. */
export interface FlagValues {
  readonly names: readonly string[];
  /** One for all commands, or one for each group of commands. */
  readonly choices: readonly { readonly at: FlagGroup['at']; readonly offer: Offer }[];
}

/** The names of all flags that take a value. */
export function namesWithValue(groups: readonly FlagGroup[]): readonly string[] {
  const flags = groups.flatMap(({ flags }) => flags).filter(({ value }) => value !== undefined);
  return [...new Set(flags.flatMap(({ names }) => names))];
}

/** The flags whose values can be completed. */
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
