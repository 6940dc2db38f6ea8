import { expect, test } from '@jest/globals';
import { sentFingerprint } from '../../src/client/sent-fingerprint.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { declaration } from './declaration.ts';

const store = memoryStore();
const values = [{ name: 'password', value: 'p' }];
const file = { path: '/a/my-api.yaml', modified: 1, size: 2 };
const of = (declared: Parameters<typeof sentFingerprint>[1]) =>
  sentFingerprint(store, declared, values);

test('machines that have the same declaration have the same, whatever their files', async () => {
  const other = { ...declaration, file: { path: '/b/my-api.yaml', modified: 3, size: 4 } };
  expect(await of({ ...declaration, file })).toBe(await of(other));
});

test('a declaration that was corrected has another', async () => {
  const corrected = { ...declaration, answer: { ...declaration.answer, token: '/jwt' } };
  expect(await of({ ...declaration, file })).not.toBe(await of({ ...corrected, file }));
});
