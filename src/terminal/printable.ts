/**
 * Makes text from elsewhere harmless: on a terminal it is one line and nothing but letters, and in
 * the log of a pipeline it is no command.
 */

import type { Sink } from './streams.ts';

/**
 * Control characters, line and paragraph separators, lone surrogates, and all of Unicode's format
 * characters: bidirectional controls, zero-width ones, the byte order mark, tags, and the places among
 * them that are kept free for more.
 */
const unprintable = String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cf}\u2065\ufff0-\ufff8]`;

/**
 * What pipelines obey when they read it in the output of a step: `##vso[…]` (Azure Pipelines) and
 * `##[…]` (GitHub Actions) wherever they stand in a line, `::…::` where one begins. The match is the
 * sign to escape: without it the rest is text.
 */
const pipelineCommand = String.raw`#(?=#[A-Za-z]*\[)|:(?=:)(?<=^\s*:)`;

// Made where they are used: that takes long, and most runs have nothing to say.
const inJson = () => new RegExp(`${unprintable}|${pipelineCommand}`, 'gu');
const pieces = () => new RegExp(`(${pipelineCommand})|(${unprintable})|.`, 'gsu');

/**
 * The text with everything that could move a cursor, break the line, hide something or command a
 * pipeline written as `\n`, `\t` or `\u{1b}`.
 * @param maxLength of what comes back, in UTF-16 units, the `…` of a shortened text included
 */
export function printable(text: string, maxLength = 500): string {
  let shown = '';
  // The longest beginning that leaves room for the ellipsis, cut between characters.
  let cut = 0;
  for (const [character, sign, harmful] of text.matchAll(pieces())) {
    const next = shown + (sign ? escapeCode(sign) : harmful ? escapeCharacter(harmful) : character);
    if (next.length > maxLength) return `${shown.slice(0, cut)}…`;
    shown = next;
    if (shown.length < maxLength) cut = shown.length;
  }
  return shown;
}

/** Prints a value and a newline: a program gets it as it is; on a terminal it must not move the cursor. */
export async function printValue(stdout: Sink, text: string): Promise<void> {
  await stdout.write(`${stdout.isTTY ? printable(text, Infinity) : text}\n`);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return escapeCode(character);
}

function escapeCode(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** The same characters in JSON text, as JSON's own escapes, so that a program reads them unchanged. */
export function printableJson(json: string): string {
  // Line feeds are the layout that JSON.stringify made; those of the data are escaped already. A
  // line of JSON does not begin with data, but a command in the middle of one is obeyed as well.
  return json.replace(inJson(), (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
