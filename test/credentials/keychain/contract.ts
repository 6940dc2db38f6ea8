/** The contract of every keychain, as tests. */
import { expect, test } from '@jest/globals';
import type { Keychain } from '../../../src/credentials/keychain/keychain.ts';

const account = 'demo/default/password@https://api.example';
const other = 'demo/work/password@https://api.example';

const secrets: readonly (readonly [kind: string, secret: string])[] = [
  ['a short secret', 'x'],
  ['quotes, spaces and a dollar', ` it's "a" $(secret) \\ `],
  ['letters beyond ASCII', 'päßwörd 🔑 密码 \u0301'],
  ['line breaks', 'one\ntwo\r\nthree\n'],
  ['4 KB', 'ä0123456789abcde'.repeat(256)],
];

/** Registers the tests. Each leaves the keychain empty, so they can share one. */
export function keychainContract(keychain: () => Keychain): void {
  test.each(secrets)('a stored secret is read back unchanged: %s', async (_, secret) => {
    expect(await keychain().set(new Map([[account, secret]]))).toEqual(answered(true));
    expect(await keychain().get([account])).toEqual(answered(new Map([[account, secret]])));
    await keychain().delete([account]);
  });

  test('an unknown account has no secret', async () => {
    expect(await keychain().get([account])).toEqual(answered(new Map()));
  });

  test('several secrets are stored and read at once, and no others are returned', async () => {
    const both = new Map([
      [account, 'first'],
      [other, 'second'],
    ]);
    expect(await keychain().set(both)).toEqual(answered(true));
    expect(await keychain().get([account, 'demo/none/password', other])).toEqual(answered(both));
    expect(await keychain().get([other])).toEqual(answered(new Map([[other, 'second']])));
    await keychain().delete([account, other]);
  });

  test('storing a secret again replaces it', async () => {
    await keychain().set(new Map([[account, 'first']]));
    expect(await keychain().set(new Map([[account, 'second']]))).toEqual(answered(true));
    expect(await keychain().get([account])).toEqual(answered(new Map([[account, 'second']])));
    await keychain().delete([account]);
  });

  test('a deleted secret is gone, and deleting returns the accounts that existed', async () => {
    await keychain().set(new Map([[account, 'secret']]));
    expect(await keychain().delete([account, other])).toEqual(answered(new Set([account])));
    expect(await keychain().get([account])).toEqual(answered(new Map()));
    expect(await keychain().delete([account, other])).toEqual(answered(new Set()));
  });

  test('a request without accounts has an empty answer', async () => {
    expect(await keychain().get([])).toEqual(answered(new Map()));
    expect(await keychain().set(new Map())).toEqual(answered(true));
    expect(await keychain().delete([])).toEqual(answered(new Set()));
  });
}

function answered(value: unknown): unknown {
  return { state: 'answered', value };
}
