/**
 * Reads the command lines that are written plainly: a verb, a provider, and options as help spells
 * them. To load commander and to build its tree takes a third of the time that Node takes to start,
 * so it is for what is left: help, abbreviations, and whatever is wrong.
 */
import type { Declaration } from '../declaration/declaration.ts';
import { optionName } from '../declaration/names.ts';
import { everywhere, type Option } from './options.ts';
import type { RawOptions } from './values.ts';
import type { ProviderVerb } from './verbs.ts';

/** What a plain command line says. */
export interface PlainLine {
  readonly verb: ProviderVerb;
  readonly provider: Declaration;
  readonly raw: RawOptions;
  /** The command to run, and its arguments. */
  readonly args: readonly string[];
}

/** An option by one of its spellings. */
interface Spelling {
  readonly name: string;
  readonly option: Option;
  /** What it says without a value; undefined where it takes one. */
  readonly says: boolean | undefined;
}

/**
 * @param argv the arguments, without the program's name
 * @returns undefined where commander has to read it, with the same outcome where both can
 */
export function readPlain(
  argv: readonly string[],
  verbs: Readonly<Record<string, ProviderVerb>>,
  providers: readonly Declaration[],
): PlainLine | undefined {
  const [verbName = '', providerName, ...words] = argv;
  const verb = Object.hasOwn(verbs, verbName) ? verbs[verbName] : undefined;
  const provider = providers.find(({ name }) => name === providerName);
  if (!verb || !provider) return undefined;
  const end = verb.takesCommand ? words.indexOf('--') : words.length;
  const args = words.slice(end + 1);
  if (end === -1 || (verb.takesCommand && args.length === 0)) return undefined;
  const raw = readOptions(words.slice(0, end), [
    ...everywhere,
    ...(verb.options?.(provider) ?? []),
  ]);
  return raw && { verb, provider, raw, args };
}

function readOptions(words: readonly string[], known: readonly Option[]): RawOptions | undefined {
  const spellings = new Map(known.flatMap(spellingsOf));
  const options: Record<string, unknown> = {};
  const rest = words[Symbol.iterator]();
  for (const word of rest) {
    const [, flag = word, glued] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const spelling = spellings.get(flag);
    if (!spelling) return undefined;
    const { name, option, says } = spelling;
    const value =
      says === undefined
        ? (glued ?? unlessFlag(rest.next().value))
        : glued === undefined
          ? says
          : undefined;
    if (value === undefined) return undefined;
    if (option.choices?.includes(String(value)) === false) return undefined;
    if (option.once && Object.hasOwn(options, name)) return undefined;
    options[name] = value;
  }
  return options;
}

/** What begins like a flag may be meant for one. */
function unlessFlag(word: string | undefined): string | undefined {
  return word?.startsWith('-') ? undefined : word;
}

function spellingsOf(option: Option): readonly (readonly [string, Spelling])[] {
  const [spelled = '', value] = option.flags.split(' <');
  const flags = spelled.split(', ');
  const long = flags.at(-1) ?? '';
  const says = value === undefined ? !long.startsWith('--no-') : undefined;
  const name = optionName(long.replace(/^--no-/, '--'));
  return flags.map((flag) => [flag, { name, option, says }]);
}
