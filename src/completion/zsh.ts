/** The completion script for zsh, to be put into a directory of $fpath or sourced after compinit. */
import { casePatterns, singleQuoted } from './text.ts';
import type { Flag, FlagGroup, Offer, Places, Word, Words } from './words.ts';
import { staticPart } from './zsh-static.ts';

/** The script passes the flags to `_arguments`, which does the rest. */
export function zshScript(words: Words): string {
  return `#compdef authctl

# Completions for authctl in zsh. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

${tables(words)}
${staticPart}`;
}

/** The functions that depend on the commands. */
function tables({
  commands,
  firstArguments,
  runners,
  flags,
  providers,
  catalogue,
  environments,
}: Words): string {
  const groups = commands.flatMap(({ at }) => at);
  return `# Offers the subcommands of command $at.
__authctl_commands() {
  local -a found
  case $at in
${offers(commands)}  esac
}

# Offers the first arguments of command $at.
__authctl_argument() {
  local -a found
  case $at in
${offers(firstArguments)}  esac
}

# Sets "takes" to the arguments of command $at for _arguments, and "own" to the options that end its
# flags at its first argument.
__authctl_takes() {
  case $at in
    (${casePatterns(groups, '    ')})
      takes=('1:command:__authctl_commands' '*:: :->next') own=(-A '-*') ;;
    (${casePatterns(
      runners.filter((place) => !groups.includes(place)),
      '    ',
    )})
      takes=('*:::command:_normal') own=(-A '-*') ;;
    (${casePatterns(
      firstArguments.flatMap(({ at }) => at),
      '    ',
    )})
      takes=('1:argument:__authctl_argument') own=() ;;
    (*)
      takes=() own=() ;;
  esac
}

# Puts the flags of command $at into "flags".
__authctl_flags() {
  flags=()
${flags.map(flagsOfGroup).join('')}}

__authctl_providers() {
  local -a found=(
${described(providers, '    ')}  )
  local config
  __authctl_config
  [[ -d $config/providers ]] && __authctl_ask providers
  _describe -t providers provider found "$@"
}

# Offers the names in the catalogue, and files.
__authctl_catalogue() {
  local -a found=(
${described(catalogue, '    ')}  )
  _describe -t catalogue name found
  _files
}

# Offers the environments of the provider in $at.
__authctl_environments() {
  local -a found
  case \${at##* } in
${environments.map((each) => `    (${each.provider})\n${foundIs(each.words)} ;;\n`).join('')}  esac
  _describe -t environments environment found
}
`;
}

function offers(rows: readonly { readonly at: Places; readonly offer: Offer }[]): string {
  return rows
    .map(({ at, offer }) => {
      const action =
        offer.kind === 'words'
          ? `${foundIs(offer.words)}\n      _describe -t words word found`
          : `      ${offer.kind === 'providers' && offer.list ? '_sequence ' : ''}__authctl_${offer.kind}`;
      return `    (${casePatterns(at, '    ')})\n${action} ;;\n`;
    })
    .join('');
}

function foundIs(words: readonly Word[]): string {
  return `      found=(\n${described(words, '        ')}      )`;
}

/** Words for \`_describe\`, one per line. */
function described(words: readonly Word[], indent: string): string {
  return words
    .map(({ name, summary }) => `${indent}${singleQuoted(`${colons(name)}:${summary}`)}\n`)
    .join('');
}

function flagsOfGroup({ at, flags }: FlagGroup): string {
  const specs = (indent: string) => flags.map((flag) => `${indent}${spec(flag)}\n`).join('');
  if (at === 'everywhere') return `  flags+=(\n${specs('    ')}  )\n`;
  return `  case $at in
    (${casePatterns(at, '    ')})
      flags+=(
${specs('        ')}      ) ;;
  esac
`;
}

/** A flag for \`_arguments\`: \`'(-o --output)'{-o+,--output=}'[what it does]:value:action'\`. */
function spec({ names, summary, value }: Flag): string {
  const about = `[${summary.replace(/[[\]\\]/g, '\\$&')}]`;
  const after = value ? `${about}:${colons(value.label)}:${action(value.offer)}` : about;
  // A value may be in the same word: -ojson, --output=json.
  const each = names.map((name) => (value ? `${name}${name.startsWith('--') ? '=' : '+'}` : name));
  if (each.length === 1) return singleQuoted(`${each[0]}${after}`);
  return `${singleQuoted(`(${names.join(' ')})`)}{${each.join(',')}}${singleQuoted(after)}`;
}

function action(offer: Offer): string {
  switch (offer.kind) {
    case 'words': {
      const plain = offer.words.every(({ summary }) => summary === '');
      if (plain) return `(${offer.words.map(({ name }) => name).join(' ')})`;
      return `((${offer.words.map(inAction).join(' ')}))`;
    }
    case 'files':
      return '_files';
    case 'nothing':
      return ' ';
    default:
      return `__authctl_${offer.kind}`;
  }
}

/** A word in \`((…))\`, in which words are separated by spaces. */
function inAction({ name, summary }: Word): string {
  return `${name}\\:${summary.replace(/[^A-Za-z0-9_./-]/g, '\\$&')}`;
}

function colons(text: string): string {
  return text.replaceAll(':', '\\:');
}
