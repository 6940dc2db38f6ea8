/** Finds the words of a command line that are neither options nor their values. */
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import { providerMissing } from './find-provider.ts';
import { groups } from './grammar.ts';
import { globalOptions, namesOf, type Option } from './options.ts';
import { type ProviderVerb, providerVerbs } from './verbs.ts';

/** A command line, read as far as its provider. */
interface Positions {
  /** The words of the command and its provider. */
  readonly path: readonly string[];
  /** What stands before, between and after them. */
  readonly rest: readonly string[];
  readonly verb: ProviderVerb;
}

/**
 * The command line with the command and the provider first, as the parser needs them: `-o json token x`
 * becomes `token x -o json`. Other command lines stay as they are.
 */
export function withProviderFirst(
  argv: readonly string[],
  providers: readonly Declaration[],
): readonly string[] {
  const found = positionsOf(argv, providers);
  return found ? [...found.path, ...found.rest] : argv;
}

/**
 * Refuses a list of providers that is not one word: the second would be taken for the command to run. So
 * would be the command for a provider if there is none.
 *
 * @throws AuthctlError `usage`
 */
export function requireList(argv: readonly string[], providers: readonly Declaration[]): void {
  const {
    path: [name = '', first = ''] = [],
    rest = [],
    verb,
  } = positionsOf(argv, providers) ?? {};
  if (!verb?.several) return;
  if (first === '') throw providerMissing(name, providers, []);
  const takes = valueFlags([...globalOptions, ...allOptions(verb, providers)]);
  const words = [first];
  for (let at = 0; at < rest.length && rest[at] !== '--'; at++) {
    const word = rest[at] ?? '';
    if (!/^-./.test(word)) words.push(word);
    else if (takes(word)) at++;
  }
  const known = providers.map((provider) => provider.name);
  const parts = words.map((word) => word.split(',').filter((part) => part !== ''));
  const end = parts.findIndex((names) => !names.every((each) => known.includes(each)));
  const names = parts.slice(0, end === -1 ? undefined : end).flat();
  if (names.length === 0 || names.join(',') === first) return;
  throw new AuthctlError(
    'usage',
    names.length > 1
      ? `${name} takes several providers as one word, with commas: ${names.join(',')}`
      : `a provider is missing beside the comma of ${first}`,
    { hint: 'write them without spaces, and the command to run after --' },
  );
}

function positionsOf(
  argv: readonly string[],
  providers: readonly Declaration[],
): Positions | undefined {
  const path: string[] = [];
  const rest: string[] = [];
  let verb: ProviderVerb | undefined;
  let table: Readonly<Record<string, object>> = { ...providerVerbs, ...groups };
  // Before the command, any option of one that has a provider.
  let takes = valueFlags([
    ...globalOptions,
    ...Object.values<ProviderVerb>(providerVerbs).flatMap((each) => allOptions(each, providers)),
  ]);
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return verb && { path, verb, rest: [...rest, ...argv.slice(at)] };
    if (/^-./.test(word)) {
      rest.push(...argv.slice(at, takes(word) ? at + 2 : at + 1));
      if (takes(word)) at++;
      continue;
    }
    path.push(word);
    if (verb) return { path, verb, rest: [...rest, ...argv.slice(at + 1)] };
    const entry = Object.hasOwn(table, word) ? table[word] : undefined;
    if (!entry) return undefined;
    if ('commands' in entry) table = entry.commands as typeof table;
    else if (isProviderVerb(entry)) {
      verb = entry;
      takes = valueFlags([...globalOptions, ...allOptions(entry, providers)]);
    } else return undefined;
  }
  return undefined;
}

function isProviderVerb(entry: object): entry is ProviderVerb {
  return 'perProvider' in entry && entry.perProvider === true;
}

function allOptions(
  { options, severalOptions }: ProviderVerb,
  providers: readonly Declaration[],
): readonly Option[] {
  return [
    ...(options?.() ?? []),
    ...providers.flatMap((provider) => options?.(provider) ?? []),
    ...(severalOptions?.(providers) ?? []),
  ];
}

/** Tells whether the word after an option, or after several in one word such as `-qp`, is its value. */
function valueFlags(options: readonly Option[]): (word: string) => boolean {
  const taking = new Set(options.filter(({ flags }) => flags.includes(' <')).flatMap(namesOf));
  return (word) => {
    if (word.startsWith('--')) return taking.has(word);
    const at = [...word.slice(1)].findIndex((letter) => taking.has(`-${letter}`));
    return at !== -1 && at === word.length - 2;
  };
}
