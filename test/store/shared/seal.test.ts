import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newKeyText, parseKeyRing, readerKeyText } from '../../../src/store/shared/key-ring.ts';
import { nameOf, open, type Place, seal } from '../../../src/store/shared/seal.ts';

const text = newKeyText();
const ring = parseKeyRing(text, 'the test');
const reader = parseKeyRing(readerKeyText(text, 'the test'), 'the test');
const place: Place = { kind: 't', sid: 'A'.repeat(22), n: 7 };
const sealed = (at: Place = place, words = 'words') => seal(ring, at, words) ?? '';

test('what is sealed opens in its place, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (words) => {
      const plain = Buffer.from(words).toString();
      expect(open(ring, place, sealed(place, plain))).toEqual({ text: plain });
    }),
  );
});

test('no two seals are alike', () => {
  expect(sealed()).not.toBe(sealed());
});

describe('what is sealed does not open', () => {
  test.each<[string, Partial<Place>]>([
    ['as another kind of value', { kind: 'f' }],
    ['as that of another session', { sid: 'B'.repeat(22) }],
    ['under another number', { n: 8 }],
  ])('%s', (_, other) => {
    expect(open(ring, { ...place, ...other }, sealed())).toEqual({
      problem: 'forged, or from another place',
    });
  });

  test('after any change of a character', () => {
    const whole = sealed();
    const start = whole.lastIndexOf('.') + 1;
    for (let at = start; at < whole.length; at++) {
      const other = whole[at] === 'A' ? 'Q' : 'A';
      const changed = `${whole.slice(0, at)}${other}${whole.slice(at + 1)}`;
      expect(open(ring, place, changed)).toHaveProperty('problem');
    }
  });

  test('under the name of another key', () => {
    const [first, second] = [ring.keys[0], parseKeyRing(newKeyText(), 'the test').keys[0]];
    const both = { ...ring, keys: [first, { ...second, kid: 'other' }] as const };
    expect(open(both, place, sealed().replace(first.kid, 'other'))).toHaveProperty('problem');
    expect(open(ring, place, sealed().replace(first.kid, 'gone'))).toEqual({ lacks: 'gone' });
  });

  test.each(['', '1', '1.a', '2.a.AAAA', '1.a.', `1.${ring.keys[0].kid}.AAAA`, '1.a.b.c'])(
    'if it is %j',
    (damaged) => expect(open(ring, place, damaged)).not.toHaveProperty('text'),
  );
});

test('a reader opens a token, and neither opens nor seals a refresh token', () => {
  expect(open(reader, place, sealed())).toEqual({ text: 'words' });
  const refresh = { ...place, kind: 'r' } as const;
  expect(open(reader, refresh, sealed(refresh))).toEqual({ lacks: ring.keys[0].kid });
  expect(seal(reader, refresh, 'words')).toBeUndefined();
});

test('what is larger than 512 KB is not sealed', () => {
  expect(seal(ring, place, 'x'.repeat(390_000))).toBeDefined();
  expect(seal(ring, place, 'x'.repeat(400_000))).toBeUndefined();
});

test('a name is of 22 characters, differs in every part, and takes the key to make', () => {
  const account = [['user', 'ann']];
  const names = [
    nameOf(ring, 'a', 'https://a', account),
    nameOf(ring, 'b', 'https://a', account),
    nameOf(ring, 'a', 'https://b', account),
    nameOf(ring, 'a', 'https://a', [['user', 'bob']]),
    nameOf(parseKeyRing(newKeyText(), 'the test'), 'a', 'https://a', account),
  ];
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(nameOf(reader, 'a', 'https://a', account)).toBe(names[0]);
});
