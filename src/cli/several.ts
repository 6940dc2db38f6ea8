/** The options of each of several providers: `--x-user` is `--user` of `x`. */
import type { Declaration } from '../declaration/declaration.ts';
import { optionName } from '../declaration/names.ts';
import { fieldOptions, namesOf, type Option, serverOptions, variable } from './options.ts';
import type { RawOptions } from './values.ts';

/** An option of one provider, spelled so that it says whose it is. */
interface OwnOption {
  /** The option's names where there is only one provider, such as `-e` and `--environment`. */
  readonly plain: readonly string[];
  readonly long: string;
  readonly option: Option;
}

/**
 * The options of several providers that belong to one of them.
 *
 * @param common the options that do not, which keep their names
 */
export function ownOptions(
  providers: readonly Declaration[],
  common: readonly Option[],
): readonly Option[] {
  const taken = new Set(common.flatMap(namesOf));
  return providers.flatMap(ownOf).flatMap(({ long, option }) => {
    if (taken.has(long)) return [];
    taken.add(long);
    return [option];
  });
}

/** The values for one of several providers, by the names that they have where it is the only one. */
export function rawOf(provider: Declaration, raw: RawOptions): RawOptions {
  const values = { ...raw };
  for (const { plain, long } of ownOf(provider)) {
    const value = raw[optionName(long)];
    if (value !== undefined) values[optionName(plain.at(-1) ?? '')] = value;
  }
  return values;
}

/** How to write an option so that it says whose it is, for each provider that has it. */
export function ownSpellings(plain: string, providers: readonly Declaration[]): readonly string[] {
  return providers
    .flatMap(ownOf)
    .filter((own) => own.plain.includes(plain))
    .map(({ long }) => long);
}

function ownOf(provider: Declaration): readonly OwnOption[] {
  const { name } = provider;
  return [...fieldOptions(provider), ...serverOptions(provider), variable].flatMap((option) => {
    const plain = namesOf(option);
    const long = `--${name}-${plain.at(-1)?.slice(2)}`;
    // The parser takes it for the opposite of another one.
    if (long.startsWith('--no-')) return [];
    return [{ plain, long, option: { ...option, flags: option.flags.replace(/^[^<]+\b/, long) } }];
  });
}
