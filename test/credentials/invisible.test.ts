import { expect, test } from '@jest/globals';
import { invisibleIn } from '../../src/credentials/invisible.ts';

test.each([
  ['\ufeffx', 'begins with a byte order mark'],
  ['x\n', 'ends with a line break'],
  ['x\r', 'ends with a line break'],
  ['a\r\nb', 'has a line break'],
  [' x', 'begins with white space'],
  ['x\t', 'ends with white space'],
  ['x\u00a0', 'ends with white space'],
  [' x ', 'begins and ends with white space'],
  [' ', 'begins with white space'],
  ['\u200bx', 'begins with a character that cannot be seen'],
  ['x\u2060', 'ends with a character that cannot be seen'],
  ['a b', undefined],
  ['pässwörd', undefined],
])('%j %s', (value, words) => {
  expect(invisibleIn(value)).toBe(words);
});
