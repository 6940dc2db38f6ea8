/** Finds what cannot be seen in a value, such as a line break at its end: it is sent as it is. */

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^\ufeff/, 'begins with a byte order mark'],
  [/[\r\n]$/, 'ends with a line break'],
  [/[\r\n]/, 'has a line break'],
  [/^\s.*\s$/s, 'begins and ends with white space'],
  [/^\s/, 'begins with white space'],
  [/\s$/, 'ends with white space'],
  [/^\p{Cf}/u, 'begins with a character that cannot be seen'],
  [/\p{Cf}$/u, 'ends with a character that cannot be seen'],
];

/** What cannot be seen in a value, to follow its name; undefined if there is nothing. */
export function invisibleIn(value: string): string | undefined {
  return kinds.find(([pattern]) => pattern.test(value))?.[1];
}
