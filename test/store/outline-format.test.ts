import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outline } from '../../src/declaration/outline.ts';
import { formatOutline, parseOutline } from '../../src/store/outline-format.ts';

const version = '1.2.3';
const outline: Outline = {
  name: 'my-api',
  fields: [
    { name: 'user', secret: false },
    { name: 'password', secret: true },
  ],
  login: [{ fields: ['user', 'password'] }, { fields: ['password'] }],
  environments: [{ name: 'live', baseUrl: 'https://live.example/v1' }],
  file: { path: '/home/ann/my-api.json', modified: 1_800_000_000_000.5, size: 1234 },
};
const { environments: _, file: __, ...plain } = outline;
const file = formatOutline(outline, version);

describe('an outline that is kept', () => {
  test.each<[string, Outline]>([
    ['in full', outline],
    ['of a server that is the customer’s own, built in', plain],
    ['of a provider that takes nothing', { name: 'none', fields: [], login: [] }],
  ])('comes back as it was, %s', (_what, kept) => {
    const text = formatOutline(kept, version);
    expect(parseOutline(text, version)).toEqual(kept);
    expect(text.at(-1)).toBe('\n');
  });

  test.each(['1.2.4', '1.2', '', 'null'])('counts for nothing in the program %j', (program) => {
    expect(parseOutline(file, program)).toBeUndefined();
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '1',
    file.slice(0, -20),
    file.replace('"version":1', '"version":2'),
  ])('counts for nothing where the text is %j', (text) => {
    expect(parseOutline(text, version)).toBeUndefined();
  });

  test('is read from any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(parseOutline(text, version)).toBeUndefined();
      }),
    );
  });
});
