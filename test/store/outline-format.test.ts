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

describe('a stored outline', () => {
  test.each<[string, Outline]>([
    ['with all properties', outline],
    ['of a built-in, self-hosted provider', plain],
    ['of a provider without fields', { name: 'none', fields: [], login: [] }],
  ])('%s is read back unchanged', (_what, saved) => {
    const text = formatOutline(saved, version);
    expect(parseOutline(text, version)).toEqual(saved);
    expect(text.at(-1)).toBe('\n');
  });

  test.each(['1.2.4', '1.2', '', 'null'])('is ignored by version %j of the program', (program) => {
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
  ])('is ignored if the text is %j', (text) => {
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
