/**
 * The quick parser, for plain command lines: a verb, a provider, and options spelled as in help.
 * Loading commander and building its tree takes a third of Node's own startup time, so commander
 * only parses the rest: help, abbreviations, and wrong usage.
 */
import type { Declaration } from '../declaration/declaration.ts';
import { optionName } from '../declaration/names.ts';
import type { ErrorFormat } from '../terminal/error.ts';
import { globalOptions, namesOf, type Option } from './options.ts';
import type { RawOptions } from './values.ts';
import type { ProviderVerb } from './verbs.ts';

/** A parsed plain command line. */
export interface PlainLine {
  readonly verb: ProviderVerb;
  readonly provider: Declaration;
  readonly raw: RawOptions;
  /** The command to run, and its arguments. */
  readonly args: readonly string[];
}

/** One spelling of an option. */
interface Spelling {
  readonly name: string;
  readonly option: Option;
  /** The value of a switch; undefined if the option takes a value. */
  readonly switchValue: boolean | undefined;
}

/**
 * @param argv the arguments, without the program's name
 * @returns undefined if commander has to parse it; otherwise the same result as commander's
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
    ...globalOptions,
    ...(verb.options?.(provider) ?? []),
  ]);
  return raw && { verb, provider, raw, args };
}

/** The format of errors: searched for, since parsing may fail before it reaches the option. */
export function readErrorFormat(argv: readonly string[]): ErrorFormat {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const at = own.lastIndexOf('--error-format');
  const json = own.includes('--error-format=json') || (at !== -1 && own[at + 1] === 'json');
  return json ? 'json' : 'text';
}

function readOptions(words: readonly string[], known: readonly Option[]): RawOptions | undefined {
  const spellings = new Map(known.flatMap(spellingsOf));
  const options: Record<string, unknown> = {};
  const rest = words[Symbol.iterator]();
  for (const word of rest) {
    const [, flag = word, attached] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const spelling = spellings.get(flag);
    if (!spelling) return undefined;
    const { name, option, switchValue } = spelling;
    const value =
      switchValue === undefined
        ? (attached ?? unlessFlag(rest.next().value))
        : attached === undefined
          ? switchValue
          : undefined;
    if (value === undefined) return undefined;
    if (option.choices?.includes(String(value)) === false) return undefined;
    if (option.once && Object.hasOwn(options, name)) return undefined;
    options[name] = value;
  }
  return options;
}

/** A word that begins with a dash may be meant as a flag: commander decides. */
function unlessFlag(word: string | undefined): string | undefined {
  return word?.startsWith('-') ? undefined : word;
}

function spellingsOf(option: Option): readonly (readonly [string, Spelling])[] {
  const flags = namesOf(option);
  const long = flags.at(-1) ?? '';
  const switchValue = option.flags.includes(' <') ? undefined : !long.startsWith('--no-');
  const name = optionName(long.replace(/^--no-/, '--'));
  return flags.map((flag) => [flag, { name, option, switchValue }]);
}
