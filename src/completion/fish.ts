/** The completion script of fish. */
import { namesWithValue } from './by-flag.ts';
import { fixed, nameLine } from './fish-fixed.ts';
import { list } from './text.ts';
import type { Flag, FlagGroup, Offer, Places, Word, Words } from './words.ts';

/** The script: one `complete` a flag, which fish knows how to parse, for the commands that have it. */
export function fishScript(words: Words): string {
  return `# Completions for authctl in fish. Generated: npm run completions
#
# authctl is started only to ask for the profiles, and for providers declared in "providers" in the
# config directory, if there is such a directory.

${tables(words)}
${fixed}
complete -c authctl -f
complete -c authctl -n __authctl_may_run -a '(__authctl_command_line)'

${words.commands.map((row) => next('__authctl_next', row)).join('')}
${words.firstArguments.map((row) => next('__authctl_next', row)).join('')}
${words.flags.map(flagsOfGroup).join('\n')}`;
}

/** What differs from one command to the next, beside the flags. */
function tables({ commands, runners, flags, bare, providers, environments }: Words): string {
  const groups = commands.flatMap(({ at }) => at);
  const lists = commands.flatMap(({ at, offer }) => (isList(offer) ? at : []));
  return `# Whether a value follows flag $argv[1].
function __authctl_takes_value
    contains -- $argv[1] ${items(namesWithValue(flags), '        ')}
end

# Whether other commands follow command $argv[1].
function __authctl_is_group
    contains -- $argv[1] ${items(groups.map(quoted), '        ')}
end

# Whether command $argv[1] takes several providers, with commas between them.
function __authctl_takes_list
    contains -- $argv[1] ${items(lists.map(quoted), '        ')}
end

# Whether command $argv[1] ends with a program and its arguments.
function __authctl_runs
    __authctl_matches $argv[1] ${items(runners.map(quoted), '        ')}
end

# Whether command $argv[1] has no flags.
function __authctl_is_bare
    contains -- $argv[1] ${items(bare.map(quoted), '        ')}
end

function __authctl_providers
    begin
        printf '%s\\t%s\\n' ${providers.map(row('            ')).join('').trim()}
        test -d (__authctl_config)/providers; and __authctl_ask providers
    end | string match -r ${nameLine}
end

# The environments of the provider that the command names.
function __authctl_environments
    __authctl_look
    switch (string split ' ' -- $__authctl_command)[-1]
${environments
  .map(
    ({ provider, words }) =>
      `        case ${provider}\n            printf '%s\\t%s\\n' ${words.map(row('                ')).join('').trim()}\n`,
  )
  .join('')}    end
end
`;
}

const row = (indent: string) => (each: Word) =>
  `\\\n${indent}${each.name} ${quoted(each.summary)} `;

function items(names: readonly string[], indent: string): string {
  return list(names, { indent, between: ' ', lineEnd: ' \\', taken: 26 });
}

function isList(offer: Offer): boolean {
  return offer.kind === 'providers' && offer.list;
}

function next(
  condition: string,
  { at, offer }: { readonly at: Places; readonly offer: Offer },
): string {
  const where = `"${condition} ${at.map(quoted).join(' ')}"`;
  if (offer.kind !== 'words') {
    return `complete -c authctl -n ${where} -a '(${isList(offer) ? '__authctl_provider_list' : `__authctl_${offer.kind}`})'\n`;
  }
  return `set -l at ${where}\n${offer.words
    .map(({ name, summary }) => `complete -c authctl -n $at -a ${name} -d ${quoted(summary)}\n`)
    .join('')}`;
}

function flagsOfGroup({ at, flags }: FlagGroup): string {
  const places = at === 'everywhere' ? '' : ` ${at.map(quoted).join(' ')}`;
  return `set -l at "__authctl_at${places}"\n${flags.map(flagLine).join('')}`;
}

function flagLine({ names, summary, value }: Flag): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const takes = value ? ` ${taken(value.offer)}` : '';
  return `complete -c authctl -n $at${flags.join('')}${takes} -d ${quoted(summary)}\n`;
}

function taken(offer: Offer): string {
  switch (offer.kind) {
    case 'nothing':
      return '-x';
    case 'files':
      return '-r -F';
    case 'words':
      return `-x -a ${quoted(offer.words.map(withSummary).join(' '))}`;
    default:
      return `-x -a '(__authctl_${offer.kind})'`;
  }
}

/** fish expands what -a is given: the tab in it too. */
function withSummary({ name, summary }: Word): string {
  return summary === '' ? name : `${name}\\t"${summary.replace(/["$\\]/g, '\\$&')}"`;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`;
}
