/** Lays out the help of a command: what it does, usage, examples, options, variables, exit codes. */
import type { Command, Help } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { fileVariable, flagName, variableName } from '../declaration/names.ts';
import { variablesRead } from '../declaration/variables.ts';
import { exitMeanings } from './exit-meanings.ts';
import type { Layout } from './help-place.ts';
import { castFor, type Entry, instead, manual } from './manual.ts';
import { globalGroup } from './options.ts';
import { type TopicName, topicAbouts } from './topic-names.ts';

/** Where the pages of the documentation are. */
export const documentation = 'https://github.com/authctl/authctl/blob/main/';

/** The order of the headings of options; a command's own options come first. */
const headings = ['Options:', 'Credentials:', 'Server:', 'Output:', 'Connection:', globalGroup];

export const layout: Layout = (command, helper, place, all) => {
  const path = place?.path ?? '';
  const providers = place?.providers ?? [];
  const entry = Object.hasOwn(manual, path) ? manual[path] : undefined;
  const [provider] = providers;
  const sections: readonly Section[] = [
    lines('Examples:', examples(entry, provider, all)),
    [
      'Arguments:',
      helper
        .visibleArguments(command)
        .map((each) => [helper.argumentTerm(each), helper.argumentDescription(each)]),
    ],
    ...commandGroups(command, helper),
    ...optionGroups(command, helper),
    ...(path === '' ? [['Topics of authctl help:', Object.entries(topicAbouts)] as const] : []),
    filled('Variables:', variables(command, helper, providers), helper),
    filled('Exit codes:', exitCodes(entry), helper),
    lines('Read on:', readOn(path, entry, providers, helper)),
  ];
  const width = Math.max(
    ...sections.flatMap(([, items]) => items.map(([term, about]) => (about ? term.length : 0))),
  );
  return [
    `Usage: ${helper.commandUsage(command)}`,
    ...[entry?.about ?? helper.commandDescription(command), ...notes(providers)].flatMap((text) => [
      '',
      ...wrap(helper, text),
    ]),
    ...sections.flatMap(([heading, items]) =>
      items.length === 0
        ? []
        : [
            '',
            heading,
            ...items.map(([term, about]) => helper.formatItem(term, width, about, helper)),
          ],
    ),
    '',
  ].join('\n');
};

/** A heading, and items with their descriptions, or lines without. */
type Section = readonly [heading: string, items: readonly (readonly [string, string])[]];

function lines(heading: string, texts: readonly string[]): Section {
  return [heading, texts.map((text) => [text, ''])];
}

/** Items separated by commas, of which none is broken. */
function filled(heading: string, items: readonly string[], helper: Help): Section {
  const width = widthOf(helper) - 2;
  const texts: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item},` : item;
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + text.length > width) texts.push(text);
    else texts[texts.length - 1] = `${last} ${text}`;
  }
  return lines(heading, texts);
}

function widthOf(helper: Help): number {
  return Math.max(helper.helpWidth ?? 80, 40);
}

/** Wraps a paragraph to the width of the terminal. */
export function wrap(helper: Help, text: string): readonly string[] {
  return helper.boxWrap(text, widthOf(helper)).split('\n');
}

function notes([provider, other]: readonly Declaration[]): readonly string[] {
  return provider?.note && !other ? [provider.note] : [];
}

function examples(
  entry: Entry | undefined,
  provider: Declaration | undefined,
  all: readonly Declaration[],
): readonly string[] {
  if (!entry) return [];
  if (provider && entry.suits?.(provider) === false) return instead(provider);
  const cast = castFor(entry, provider, all);
  return cast ? entry.examples(cast) : [];
}

function commandGroups(command: Command, helper: Help): readonly Section[] {
  const groups = new Map<string, [string, string][]>();
  for (const each of helper.visibleCommands(command)) {
    const heading = each.helpGroup() || 'Commands:';
    const item: [string, string] = [each.name(), helper.subcommandDescription(each)];
    groups.set(heading, [...(groups.get(heading) ?? []), item]);
  }
  return [...groups];
}

function optionGroups(command: Command, helper: Help): readonly Section[] {
  return headings.map((heading) => [
    heading,
    helper
      .visibleOptions(command)
      .filter(({ helpGroupHeading = 'Options:' }) => helpGroupHeading === heading)
      .map((each) => [helper.optionTerm(each), helper.optionDescription(each)]),
  ]);
}

/** The variables that a command reads for its providers: those that stand for its options. */
function variables(
  command: Command,
  helper: Help,
  providers: readonly Declaration[],
): readonly string[] {
  const flags = helper.visibleOptions(command).map(({ long }) => long);
  return providers.flatMap((provider) => {
    const read = variablesRead(provider);
    const own = providers.length > 1 ? `${provider.name}-` : '';
    const hasFlag = (name: string) =>
      ['', '-stdin', '-file'].some((end) =>
        flags.includes(flagName(name, end).replace('--', `--${own}`)),
      );
    return [...provider.fields.map(({ name }) => name), 'base_url', 'environment', 'refresh_token']
      .filter(hasFlag)
      .flatMap((name) => [variableName(provider.name, name), fileVariable(provider.name, name)])
      .filter((variable) => read.includes(variable));
  });
}

function exitCodes(entry: Entry | undefined): readonly string[] {
  const sorted = [...(entry?.exits ?? [])].sort((a, b) => a - b);
  return sorted.map((code) => `${code} ${exitMeanings[code][0]}`);
}

function readOn(
  path: string,
  entry: Entry | undefined,
  [provider, other]: readonly Declaration[],
  helper: Help,
): readonly string[] {
  const topics = new Set<TopicName>([...(entry?.topics ?? []), 'environment', 'exit-codes']);
  const first =
    path === ''
      ? 'authctl help <command> [<provider>]'
      : `authctl help <topic>: ${[...topics].join(', ')}`;
  return [
    ...helper.boxWrap(first, widthOf(helper) - 2).split('\n'),
    ...(entry ? [documentation + entry.page] : []),
    ...(provider?.docs !== undefined && !other ? [`${provider.docs} (of the API)`] : []),
  ];
}
