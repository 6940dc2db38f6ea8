/** The completion script of fish. */
import { namesWithValue } from './by-flag.ts';
import { nameLine, staticPart } from './fish-static.ts';
import { list } from './text.ts';
import type { Flag, FlagGroup, Offer, Places, Word, Words } from './words.ts';

/** One `complete` command for each flag, with a condition for the commands that have the flag. */
export function fishScript(words: Words): string {
  return `# Completions for authctl in fish. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

${tables(words)}
${staticPart}
complete -c authctl -f
complete -c authctl -n __authctl_may_run -a '(__authctl_command_line)'

${words.commands.map((row) => next('__authctl_next', row)).join('')}
${words.firstArguments.map((row) => next('__authctl_next', row)).join('')}
${words.flags.map(flagsOfGroup).join('\n')}`;
}

/** The functions that depend on the commands, except for the flags. */
function tables({ commands, runners, flags, providers, catalogue, environments }: Words): string {
  const groups = commands.flatMap(({ at }) => at);
  const lists = commands.flatMap(({ at, offer }) => (isList(offer) ? at : []));
  return `# Whether flag $argv[1] takes a value.
function __authctl_takes_value
    contains -- $argv[1] ${items(namesWithValue(flags), '        ')}
end

# Whether command $argv[1] has subcommands.
function __authctl_is_group
    contains -- $argv[1] ${items(groups.map(quoted), '        ')}
end

# Whether command $argv[1] takes a list of providers with commas.
function __authctl_takes_list
    contains -- $argv[1] ${items(lists.map(quoted), '        ')}
end

# Whether command $argv[1] takes a program and its arguments.
function __authctl_runs
    __authctl_matches $argv[1] ${items(runners.map(quoted), '        ')}
end

function __authctl_providers
    begin
        printf '%s\\t%s\\n' ${providers.map(row('            ')).join('').trim()}
        test -d (__authctl_config)/providers; and __authctl_ask providers
    end | string match -r ${nameLine}
end

# Prints the names in the catalogue.
function __authctl_catalogue
    printf '%s\\t%s\\n' ${catalogue.map(row('        ')).join('').trim()}
end

# Prints the environments of the command's provider.
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
    const names = isList(offer) ? '__authctl_provider_list' : `__authctl_${offer.kind}`;
    const files = offer.kind === 'catalogue' ? ' -F' : '';
    return `complete -c authctl -n ${where}${files} -a '(${names})'\n`;
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

/** fish expands the argument of -a, including the escape of the tab. */
function withSummary({ name, summary }: Word): string {
  return summary === '' ? name : `${name}\\t"${summary.replace(/["$\\]/g, '\\$&')}"`;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`;
}
