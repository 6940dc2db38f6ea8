/**
 * Escapes untrusted text, so that it stays on one line, cannot control a terminal, and is not a command
 * in the log of a pipeline.
 */

import type { Sink } from './streams.ts';

/**
 * Control characters, line and paragraph separators, lone surrogates, and all format characters of
 * Unicode: bidirectional controls, zero-width characters, the byte order mark, tags, and the code
 * points reserved for more of them.
 */
const unprintable = String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cf}\u2065\ufff0-\ufff8]`;

/**
 * Commands in the output of a pipeline's step: `##vso[…]` (Azure Pipelines) and `##[…]` (GitHub Actions)
 * anywhere in a line, `::…::` at its beginning. The match is the character to escape, without which
 * it is not a command.
 */
const pipelineCommand = String.raw`#(?=#[A-Za-z]*\[)|:(?=:)(?<=^\s*:)`;

// Compiled on use: that takes long, and most runs print no messages.
const inJson = () => new RegExp(`${unprintable}|${pipelineCommand}`, 'gu');
const pieces = () => new RegExp(`(${pipelineCommand})|(${unprintable})|.`, 'gsu');

/**
 * The text with everything escaped, as `\n`, `\t` or `\u{1b}`, that could move the cursor, break the
 * line, hide text or be a pipeline's command.
 *
 * @param maxLength of the result in UTF-16 units, including the `…` of a shortened text
 */
export function printable(text: string, maxLength = 500): string {
  let shown = '';
  // The longest prefix of whole characters that leaves room for the ellipsis.
  let cut = 0;
  for (const [character, sign, harmful] of text.matchAll(pieces())) {
    const next = shown + (sign ? escapeCode(sign) : harmful ? escapeCharacter(harmful) : character);
    if (next.length > maxLength) return `${shown.slice(0, cut)}…`;
    shown = next;
    if (shown.length < maxLength) cut = shown.length;
  }
  return shown;
}

/** Prints a value and a newline; on a terminal the value is escaped. */
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

/** Escapes the same characters in JSON with JSON's own escapes, which keeps its meaning. */
export function printableJson(json: string): string {
  // Line feeds come from JSON.stringify's layout: those of the data are already escaped.
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
