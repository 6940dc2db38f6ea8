/** The completion script of PowerShell: 5.1, which Windows brings, and later. */
import { namesWithValue } from './by-flag.ts';
import { fixed } from './powershell-fixed.ts';
import { list } from './text.ts';
import type { Flag, FlagGroup, Offer, Places, Word, Words } from './words.ts';

/**
 * The script. Of the providers of one command it completes the first: PowerShell takes a comma for
 * its own. Where it offers nothing, PowerShell completes file names.
 */
export function powershellScript(words: Words): string {
  return `# Completions for authctl in PowerShell 5.1 and later. Generated: npm run completions
#
# authctl is started only to ask for the profiles, and for providers declared in "providers" in the
# config directory, if there is such a directory.

Register-ArgumentCompleter -Native -CommandName authctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

${tables(words)}
${fixed}}
`;
}

/** What differs from one command to the next. "At" are commands; "login *" is each provider of login. */
function tables({
  commands,
  firstArguments,
  runners,
  flags,
  bare,
  providers,
  environments,
}: Words): string {
  return `    # What follows a command.
    $commands = @(
${commands.map(place).join('')}    )
    # What the first argument of a command may be.
    $arguments = @(
${firstArguments.map(place).join('')}    )
    # The commands that end with a program and its arguments.
    $runners = ${strings(runners)}
    # The commands without flags.
    $bare = ${strings(bare)}
    # The flags that a value follows.
    $withValue = ${strings(namesWithValue(flags))}
    # The flags, by the commands that have them.
    $flags = @(
${flags.map(group).join('')}    )
    $providers = ${table(providers, '    ')}
    $environments = @{
${environments.map((each) => `        ${quoted(each.provider)} = ${table(each.words, '        ')}\n`).join('')}    }
`;
}

function place({ at, offer }: { readonly at: Places; readonly offer: Offer }): string {
  return `        @{ At = ${strings(at)}; ${offered(offer, '        ')} }\n`;
}

function group({ at, flags }: FlagGroup): string {
  const places = at === 'everywhere' ? quoted('*') : strings(at);
  return `        @{ At = ${places}; Flags = @(
${flags.map((each) => `            @{ ${flag(each)} }\n`).join('')}        ) }
`;
}

function flag({ names, summary, value }: Flag): string {
  const offer = value ? `; ${offered(value.offer, '            ')}` : '';
  return `Names = ${strings(names)}; About = ${quoted(summary)}${offer}`;
}

function offered(offer: Offer, indent: string): string {
  if (offer.kind !== 'words') return `Kind = ${quoted(offer.kind)}`;
  return `Kind = 'words'; Words = ${table(offer.words, indent)}`;
}

function table(words: readonly Word[], indent: string): string {
  const rows = words.map(
    ({ name, summary }) => `${indent}    ${quoted(name)} = ${quoted(summary)}\n`,
  );
  return `[ordered]@{\n${rows.join('')}${indent}}`;
}

function strings(items: readonly string[]): string {
  const layout = { indent: ' '.repeat(8), between: ', ', lineEnd: ',', taken: 20 };
  return `@(${list(items.map(quoted), layout)})`;
}

/** PowerShell takes the typographic quotes for quotes too. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018-\u201B]/g, '$&$&')}'`;
}
