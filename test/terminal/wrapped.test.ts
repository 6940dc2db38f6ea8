import { expect, test } from '@jest/globals';
import { wrapped } from '../../src/terminal/wrapped.ts';

test.each([
  ['', 10, ['']],
  ['one two three', 7, ['one two', 'three']],
  ['one two three', Infinity, ['one two three']],
  ['see https://example.com/long now', 8, ['see', 'https://example.com/long', 'now']],
  ['narrower than nothing', -3, ['narrower', 'than', 'nothing']],
])('%j in %d columns', (text, width, lines) => {
  expect(wrapped(text, width)).toEqual(lines);
});
