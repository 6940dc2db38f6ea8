/** The completion script for bash 3.2 (the version on macOS) and later, without bash-completion. */
import { staticPart } from './bash-static.ts';
import { flagValues, namesWithValue } from './by-flag.ts';
import { casePatterns, list, word } from './text.ts';
import type { FlagGroup, Offer, Places, Word, Words } from './words.ts';

/**
 * File names and the output of authctl are only compared and offered, never expanded: the script uses
 * neither `eval` nor `compgen -W`.
 */
export function bashScript(words: Words): string {
  return `# Completions for authctl in bash 3.2 and later. Generated: npm run completions
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
  return `# Sets "offer" to the kind of the subcommands of command $1, and "found" to their names if they are
# words. Fails if it has no subcommands.
__authctl_commands() {
  case $1 in
${offers(commands)}    *) return 1 ;;
  esac
}

# Does the same for the first argument of command $1.
__authctl_argument() {
  case $1 in
${offers(firstArguments)}    *) return 1 ;;
  esac
}

# Does the same for the value of flag $2 of command $1.
__authctl_value() {
  offer=nothing
  case $2 in
${values(flags)}  esac
}

# Whether flag $1 takes a value.
__authctl_takes_value() {
  case $1 in
    ${casePatterns(namesWithValue(flags), '    ')}) ;;
    *) return 1 ;;
  esac
}

# Whether command $1 takes a program and its arguments.
__authctl_runs() {
  case $1 in
    ${casePatterns(runners, '    ')}) ;;
    *) return 1 ;;
  esac
}

# Puts the flags of command $1 into "found".
__authctl_flags() {
  offer=words
${flags.map(flagsOfGroup).join('')}}

__authctl_providers() {
  found=(${names(providers, 4)})
  local config
  __authctl_config
  if [[ -d $config/providers ]]; then __authctl_ask providers; fi
}

__authctl_catalogue() {
  found=(${names(catalogue, 4)})
}

# Puts the environments of provider $1 into "found".
__authctl_environments() {
  case $1 in
${environments.map((each) => `    ${each.provider}) found=(${names(each.words, 6)}) ;;\n`).join('')}  esac
}
`;
}

function offers(rows: readonly { readonly at: Places; readonly offer: Offer }[]): string {
  return rows
    .map(({ at, offer }) => `    ${casePatterns(at, '    ')})\n      ${assigned(offer, 6)} ;;\n`)
    .join('');
}

function values(flags: readonly FlagGroup[]): string {
  return flagValues(flags)
    .map(({ names, choices }) => {
      const inner = choices.map(({ at, offer }) =>
        at === 'everywhere'
          ? `      ${assigned(offer, 6)} ;;\n`
          : `        ${casePatterns(at, '        ')})\n          ${assigned(offer, 10)} ;;\n`,
      );
      const one = choices[0]?.at === 'everywhere';
      const body = one ? inner.join('') : `      case $1 in\n${inner.join('')}      esac ;;\n`;
      return `    ${casePatterns(names, '    ')})\n${body}`;
    })
    .join('');
}

/** The statement that sets "offer" and "found". */
function assigned(offer: Offer, indent: number): string {
  if (offer.kind === 'words') return `offer=words found=(${names(offer.words, indent + 2)})`;
  return `offer=${offer.kind === 'providers' && offer.list ? 'list' : offer.kind}`;
}

function flagsOfGroup({ at, flags }: FlagGroup): string {
  const all = flags.flatMap((flag) => flag.names);
  const text = (indent: string) =>
    list(all, { indent: `${indent}  `, between: ' ', lineEnd: '', taken: indent.length + 9 });
  if (at === 'everywhere') return `  found+=(${text('  ')})\n`;
  return `  case $1 in
    ${casePatterns(at, '    ')})
      found+=(${text('      ')}) ;;
  esac
`;
}

function names(words: readonly Word[], indent: number): string {
  return list(
    words.map(({ name }) => word(name)),
    { indent: ' '.repeat(indent), between: ' ', lineEnd: '', taken: indent + 24 },
  );
}
