/** The values that are kept with a session, of several logins. */
import { expect, test } from '@jest/globals';
import type { Login, Step } from '../../src/declaration/declaration.ts';
import { keptValues } from '../../src/declaration/kept.ts';

const request = { method: 'GET', path: '/' } as const;
const login = (keep: Step['keep'] = {}): Login => ({
  fields: [],
  steps: [{ request, keep }],
  request,
});
const at = '/id';
const keptOf = (...logins: readonly Login[]) =>
  Object.fromEntries(keptValues({ answer: { token: '/token' }, login: [...logins] }));

test('what a step stores is kept, and nothing else', () => {
  expect(keptOf(login({ id: { at, stored: true }, other: { at } }))).toEqual({
    id: { secret: true, optional: false },
  });
});

test('what only one of two logins stores may be missing', () => {
  const stores = login({ id: { at, stored: true } });
  expect(keptOf(stores, stores)['id']?.optional).toBe(false);
  expect(keptOf(stores, login())['id']?.optional).toBe(true);
  expect(keptOf(stores, { fields: [], mint: 'jwt' })['id']?.optional).toBe(true);
});

test('what is a secret in one of two logins is a secret', () => {
  const secret = login({ id: { at, stored: true } });
  const open = login({ id: { at, stored: true, secret: false } });
  expect(keptOf(open, open)['id']?.secret).toBe(false);
  expect(keptOf(secret, open)['id']?.secret).toBe(true);
  expect(keptOf(open, secret)['id']?.secret).toBe(true);
});

test('the answer to a login by "mint" keeps nothing', () => {
  const answer = { token: '/token', keep: { id: { at } } };
  const minted: Login = { fields: [], mint: 'jwt' };
  expect(keptValues({ answer, login: [minted, login()] }).get('id')?.optional).toBe(true);
});
