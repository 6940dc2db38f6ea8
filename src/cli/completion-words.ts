/** Collects the words of the completion scripts from the command tree and the declarations. */
import type { Argument, Command, Option } from 'commander';
import { groupFlags } from '../completion/group.ts';
import { scriptShells } from '../completion/shell-names.ts';
import type { Flag, Offer, Word, Words } from '../completion/words.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { formats } from '../output/formats.ts';
import { shells } from '../output/shells.ts';
import { catalogueEntries } from '../providers/catalogue/catalogue.ts';
import { topicAbouts } from './topic-names.ts';

/** One command, with the words that select it. */
interface Place {
  readonly path: string;
  readonly command: Command;
  readonly below: readonly Command[];
  /** Whether its subcommands are the providers. */
  readonly providerVerb: boolean;
  readonly flags: readonly Flag[];
}

/**
 * The words of the built-in providers. Providers that the user declared are added when a script
 * runs: if the config directory has a subdirectory `providers`, the script calls `authctl __complete
 * providers`. For a provider that it does not know, it offers the flags that all providers share.
 *
 * @throws Error if the scripts cannot express what the tree has
 */
export async function readWords(
  program: Command,
  providers: readonly Declaration[],
): Promise<Words> {
  const places = [...placesOf(program, '', new Set(providers.map(({ name }) => name)))];
  const verbs = places.filter((place) => place.providerVerb);
  const plain = places.filter(
    ({ path }) => !verbs.some((verb) => path.startsWith(`${verb.path} `)),
  );
  const runs = ({ command }: Place) => command.registeredArguments.some(isCommandLine);
  const lists = (place: Place) => runs(place) && place.providerVerb;
  return {
    commands: [
      ...plain
        .filter(({ below, providerVerb }) => below.length > 0 && !providerVerb)
        .map(({ path, below }) => ({ at: [path], offer: wordsOf(below) })),
      ...[false, true].map((list) => ({
        at: verbs.filter((verb) => lists(verb) === list).map(({ path }) => path),
        offer: { kind: 'providers', list } as const,
      })),
    ],
    firstArguments: firstArguments(
      plain.filter(({ below }) => below.length === 0),
      program,
      providers,
    ),
    runners: plain
      .filter(runs)
      .flatMap((place) => (lists(place) ? [place.path, `${place.path} *`] : [place.path])),
    flags: groupFlags(places, verbs),
    providers: providers.map(({ name, title }) => ({ name, summary: title })),
    catalogue: (await catalogueEntries()).map(({ name, title }) => ({ name, summary: title })),
    environments: providers.flatMap(({ name, environments = [] }) =>
      environments.length === 0
        ? []
        : [
            {
              provider: name,
              words: environments.map((each) => ({ name: each.name, summary: each.baseUrl })),
            },
          ],
    ),
  };
}

function* placesOf(
  command: Command,
  path: string,
  providers: ReadonlySet<string>,
): Generator<Place> {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  yield {
    path,
    command,
    below,
    providerVerb: below.length > 0 && below.every((each) => providers.has(each.name())),
    flags: flagsOf(help.visibleOptions(command)),
  };
  for (const each of below) {
    yield* placesOf(each, path === '' ? each.name() : `${path} ${each.name()}`, providers);
  }
}

function wordsOf(commands: readonly Command[]): { kind: 'words'; words: readonly Word[] } {
  const words = commands.map((each) => ({ name: each.name(), summary: each.description() }));
  return { kind: 'words', words };
}

function flagsOf(options: readonly Option[]): readonly Flag[] {
  // A command with --export (the same as -o env) prints a token, so its -o takes token formats.
  const printsToken = options.some(({ long }) => long === '--export');
  return options.map((option) => {
    const names = [option.short, option.long].filter((name) => name !== undefined);
    const offer = offerOf(option, printsToken);
    // The description lists one provider's environments; this summary serves all providers.
    const summary = offer.kind === 'environments' ? 'a named environment' : option.description;
    if (!option.required) return { names, summary };
    const label = /<(.*)>/.exec(option.flags)?.[1] ?? 'value';
    return { names, summary, value: { label, offer } };
  });
}

/** The possible values of an option, by its name or by its placeholder in help. */
function offerOf({ long, flags, argChoices }: Option, printsToken: boolean): Offer {
  if (argChoices) return choice(argChoices);
  switch (long) {
    case '--output':
      return printsToken ? tableOffer(formats) : choice(['text', 'json']);
    case '--shell':
      return choice(Object.keys(shells));
    case '--profile':
      return { kind: 'profiles' };
    case '--environment':
      return { kind: 'environments' };
    case '--provider':
      return { kind: 'providers', list: false };
  }
  return { kind: /<(?:file|path|command)>/.test(flags) ? 'files' : 'nothing' };
}

/** The first arguments with known values, grouped by argument. */
function firstArguments(
  places: readonly Place[],
  program: Command,
  providers: readonly Declaration[],
): Words['firstArguments'] {
  const offers: Readonly<Record<string, Offer>> = {
    provider: { kind: 'providers', list: false },
    source: { kind: 'catalogue' },
    shell: choice(scriptShells),
    key: { kind: 'words', words: providers.flatMap(settings) },
    topic: {
      kind: 'words',
      words: [
        ...wordsOf(program.createHelp().visibleCommands(program)).words,
        ...Object.entries(topicAbouts)
          .filter(([name]) => !program.commands.some((each) => each.name() === name))
          .map(([name, summary]) => ({ name, summary })),
      ],
    },
  };
  return Object.entries(offers)
    .map(([name, offer]) => ({
      at: places
        .filter(
          ({
            command: {
              registeredArguments: [first],
            },
          }) => first?.name() === name && !isCommandLine(first),
        )
        .map(({ path }) => path),
      offer,
    }))
    .filter(({ at }) => at.length > 0);
}

/** A provider's settings in the config. */
function settings({ name, fields, environments = [] }: Declaration): readonly Word[] {
  const all = [
    ...fields
      .filter(({ once }) => !once)
      .map((field) => ({ name: field.name, summary: field.label })),
    { name: 'base_url', summary: 'the base URL of the server' },
    ...(environments.length > 0 ? [{ name: 'environment', summary: 'a named environment' }] : []),
  ];
  return all.map((setting) => ({ ...setting, name: `${name}.${setting.name}` }));
}

function isCommandLine(argument: Argument): boolean {
  return argument.variadic && argument.name() === 'command';
}

function tableOffer(table: Readonly<Record<string, { readonly summary: string }>>): Offer {
  const words = Object.entries(table).map(([name, { summary }]) => ({ name, summary }));
  return { kind: 'words', words };
}

function choice(names: readonly string[]): Offer {
  return { kind: 'words', words: names.map((name) => ({ name, summary: '' })) };
}
