/** The completion script for PowerShell 5.1 (the version on Windows) and later. */
import { namesWithValue } from './by-flag.ts';
import { staticPart } from './powershell-static.ts';
import { list } from './text.ts';
import type { Flag, FlagGroup, Offer, Places, Word, Words } from './words.ts';

/**
 * Of a list of providers only the first is completed, because a comma is an operator in PowerShell.
 * Without completions, PowerShell completes file names.
 */
export function powershellScript(words: Words): string {
  return `# Completions for authctl in PowerShell 5.1 and later. Generated: npm run completions
#
# It runs authctl only to list the profiles, and to list declared providers if the config directory has
# a directory "providers".

Register-ArgumentCompleter -Native -CommandName authctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

${tables(words)}
${staticPart}}
`;
}

/** The tables that depend on the commands. "At" lists commands; "login *" is every provider of login. */
function tables({
  commands,
  firstArguments,
  runners,
  flags,
  providers,
  catalogue,
  environments,
}: Words): string {
  return `    # The subcommands of commands.
    $commands = @(
${commands.map(place).join('')}    )
    # The first arguments of commands.
    $arguments = @(
${firstArguments.map(place).join('')}    )
    # The commands that take a program and its arguments.
    $runners = ${strings(runners)}
    # The flags that take a value.
    $withValue = ${strings(namesWithValue(flags))}
    # The flags by command.
    $flags = @(
${flags.map(group).join('')}    )
    $providers = ${table(providers, '    ')}
    $catalogue = ${table(catalogue, '    ')}
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

/** Typographic quotes are quotes in PowerShell too. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018-\u201B]/g, '$&$&')}'`;
}
