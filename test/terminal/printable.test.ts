import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableJson } from '../../src/terminal/printable.ts';

test.each([
  ['letters of any script are kept', 'Grüße, 世界 👋 naïve', 'Grüße, 世界 👋 naïve'],
  ['a line break', 'a\nb\r\nc', 'a\\nb\\u{d}\\nc'],
  ['a tab', 'a\tb', 'a\\tb'],
  ['NUL', '\0', '\\u{0}'],
  ['a colour', '\x1b[31mred', '\\u{1b}[31mred'],
  ['a window title', '\x1b]0;pwned\x07', '\\u{1b}]0;pwned\\u{7}'],
  ['DEL', '\x7f', '\\u{7f}'],
  ['a C1 control sequence', '\x9b31m\x85', '\\u{9b}31m\\u{85}'],
  ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
  [
    'bidirectional controls',
    '\u061c\u200e\u202e\u2066\u2069',
    '\\u{61c}\\u{200e}\\u{202e}\\u{2066}\\u{2069}',
  ],
  [
    'zero-width characters',
    '\u200b\u200d\u2060\ufeff\u00ad',
    '\\u{200b}\\u{200d}\\u{2060}\\u{feff}\\u{ad}',
  ],
  ['tags', '\u{e0041}', '\\u{e0041}'],
  ['code points reserved for these', '\u2065\ufff0\ufff8', '\\u{2065}\\u{fff0}\\u{fff8}'],
  ['a lone surrogate', 'a\ud83db', 'a\\u{d83d}b'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test.each([
  [
    'of Azure Pipelines is escaped',
    'no ##vso[task.prependpath]/x',
    'no \\u{23}#vso[task.prependpath]/x',
  ],
  ['of GitHub Actions is escaped', '###[add-mask]x ##[', '#\\u{23}#[add-mask]x \\u{23}#['],
  [
    'of GitHub Actions is escaped at the beginning of a line',
    ' ::set-env name=A::x',
    ' \\u{3a}:set-env name=A::x',
  ],
  ['is not found in ordinary text', '## Title [1] a::b #[x] ##1[', '## Title [1] a::b #[x] ##1['],
])('a pipeline command %s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('in JSON, a pipeline command is escaped and parses to the same text', () => {
  const value = { '::a': ['x ##vso[b]c ##[d]', '\u202e'] };
  const json = printableJson(JSON.stringify(value));
  expect(json).toBe('{"::a":["x \\u0023#vso[b]c \\u0023#[d]","\\u202e"]}');
  expect(JSON.parse(json)).toEqual(value);
});

test('the result never has a character that a terminal acts on, or exceeds the maximum length', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (untrusted, maxLength) => {
      const shown = printable(untrusted, maxLength);
      expect(shown).not.toMatch(
        /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/,
      );
      expect(shown.length).toBeLessThanOrEqual(maxLength);
      expect(shown).not.toMatch(/\p{Cs}/u);
    }),
  );
});

describe('a long text', () => {
  test.each([
    ['fits exactly', 'abcde', 'abcde'],
    ['is cut', 'abcdef', 'abcd…'],
    ['is not cut within a character', 'abc👋x', 'abc…'],
    ['is not cut within an escape', 'abc\x1b', 'abc…'],
    ['ends in a character that just fits', 'abc👋', 'abc👋'],
  ])('%s', (_, text, expected) => {
    expect(printable(text, 5)).toBe(expected);
  });

  test('has at most 500 characters by default', () => {
    expect(printable('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
  });
});
