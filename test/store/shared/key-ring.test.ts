import { expect, test } from '@jest/globals';
import { AuthctlError } from '../../../src/errors.ts';
import {
  newKeyText,
  parseKeyRing,
  readerKeyText,
  rotatedKeyText,
} from '../../../src/store/shared/key-ring.ts';

const ring = (text: string) => parseKeyRing(text, 'the test');
const kids = (text: string) => ring(text).keys.map(({ kid }) => kid);
const base64 = Buffer.alloc(32, 7).toString('base64');

test('a new key is one line of 32 bytes, and differs each time', () => {
  expect(newKeyText()).toMatch(/^[0-9a-f]{8}:[A-Za-z0-9+/]{43}=\n$/);
  expect(newKeyText()).not.toBe(newKeyText());
});

test('a bare key has an identifier that does not reveal it', () => {
  const { keys, fingerprint } = ring(base64);
  expect(keys).toHaveLength(1);
  expect(keys[0].kid).toMatch(/^[0-9a-f]{8}$/);
  expect(Buffer.alloc(32, 7).toString('hex')).not.toContain(keys[0].kid);
  expect(fingerprint).toHaveLength(32);
});

test('its four keys are different', () => {
  const { name, fingerprint, keys } = ring(base64);
  const all = [name, fingerprint, keys[0].read, keys[0].renew].map((key) =>
    Buffer.from(key ?? []).toString('hex'),
  );
  expect(new Set(all).size).toBe(4);
});

test('a rotation adds a key, seals with it, and drops the old one, while names and fingerprints stay', () => {
  const first = newKeyText();
  const added = rotatedKeyText(first, 'add', 'the test');
  const sealing = rotatedKeyText(added, 'seal', 'the test');
  const dropped = rotatedKeyText(sealing, 'drop', 'the test');
  const [old = '', fresh = ''] = kids(added);
  expect(kids(first)).toEqual([old]);
  expect(kids(sealing)).toEqual([fresh, old]);
  expect(kids(dropped)).toEqual([fresh]);
  for (const text of [added, sealing, dropped]) {
    expect(ring(text).name).toEqual(ring(first).name);
    expect(ring(text).fingerprint).toEqual(ring(first).fingerprint);
  }
});

test('a reader opens tokens, and has neither the key of refresh tokens nor that of fingerprints', () => {
  const whole = rotatedKeyText(newKeyText(), 'add', 'the test');
  const reader = ring(readerKeyText(whole, 'the test'));
  expect(reader.fingerprint).toBeUndefined();
  expect(reader.keys.map(({ read }) => read)).toEqual(ring(whole).keys.map(({ read }) => read));
  expect(reader.keys.every(({ renew }) => renew === undefined)).toBe(true);
  expect(reader.name).toEqual(ring(whole).name);
});

test.each<[string, string]>([
  ['nothing', ''],
  ['a short key', Buffer.alloc(31).toString('base64')],
  ['what is not base64', `${'!'.repeat(43)}=`],
  ['two keys without a name', `a:${base64}\nb:${base64}`],
  ['two keys of one name', `a:${base64}\na:${base64}\nname:${base64}`],
  ['a name alone', `name:${base64}`],
  ['a whole key beside a reader’s', `a:${base64}\nread.b:${base64}\nname:${base64}`],
  ['a key with a name that is no word', `a.b:${base64}`],
  ['more than a name before the key', `a:b:${base64}`],
])('%s is refused, and not shown', (_, text) => {
  const refused = () => ring(text);
  expect(refused).toThrow(AuthctlError);
  expect(refused).toThrow(expect.objectContaining({ code: 'setting_missing' }));
  expect(refused).not.toThrow(base64);
});

test('a reader’s key makes no other', () => {
  const reader = readerKeyText(newKeyText(), 'the test');
  for (const make of [
    () => rotatedKeyText(reader, 'add', 'the test'),
    () => readerKeyText(reader, 'the test'),
  ]) {
    expect(make).toThrow(expect.objectContaining({ code: 'usage' }));
  }
});

test('a variable may have spaces or commas in place of line breaks, and a file comments', () => {
  const text = rotatedKeyText(newKeyText(), 'add', 'the test');
  for (const other of [
    text.replaceAll('\n', ' '),
    text.replaceAll('\n', ','),
    `# kept by ops\n${text}`,
  ]) {
    expect(ring(other)).toEqual(ring(text));
  }
});
