import { expect, test } from '@jest/globals';
import { parseAddress, requireSafe } from '../../../src/store/shared/address.ts';

test.each<[string, object]>([
  ['redis://localhost', { host: 'localhost', port: 6379, tls: false, database: 0 }],
  ['rediss://h:6380/3', { host: 'h', port: 6380, tls: true, database: 3 }],
  ['valkeys://ann@h', { tls: true, user: 'ann' }],
  ['redis://ann:p%40ss@h/0', { user: 'ann', password: 'p@ss', shown: 'redis://h:6379/0' }],
  ['redis://:only@h', { password: 'only' }],
  ['rediss://[::1]:6380', { host: '::1', shown: 'rediss://[::1]:6380/0' }],
])('%s is read', (text, parts) => expect(parseAddress(text)).toMatchObject(parts));

test.each([
  '',
  'store:6379',
  'http://h',
  'redis://',
  'redis://h/x',
  'redis://h/0/1',
  'redis://h?tls=no',
  'redis://ann:%zz@h',
  'redis+sentinel://a,b/name',
  'redis+cluster://a',
])('%j is refused, without its text in the message', (text) => {
  const read = () => parseAddress(text);
  expect(read).toThrow(expect.objectContaining({ code: 'usage' }));
  if (text !== '') expect(read).not.toThrow(text);
});

test('plain text goes to this machine, or where that is allowed', () => {
  const isNear = (host: string) => host === 'localhost';
  const far = parseAddress('redis://far.example');
  const refused = () => requireSafe(far, { allowHttp: false, isNear });
  expect(refused).toThrow(expect.objectContaining({ code: 'base_url_refused' }));
  expect(() => requireSafe(far, { allowHttp: true, isNear })).not.toThrow();
  for (const text of ['redis://localhost', 'rediss://far.example']) {
    expect(() => requireSafe(parseAddress(text), { allowHttp: false, isNear })).not.toThrow();
  }
});
