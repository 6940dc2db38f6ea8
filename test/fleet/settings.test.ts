import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import type { Keychain } from '../../src/credentials/keychain/keychain.ts';
import { passwordAccount, readPassword } from '../../src/fleet/secrets.ts';
import { readSettings, requireStoreValue, type StoreSettings } from '../../src/fleet/settings.ts';

interface Parts {
  readonly env?: Record<string, string>;
  readonly store?: Record<string, unknown>;
  readonly configVariable?: string;
}

const key = { AUTHCTL_STORE_KEY: 'k' };
const url = 'rediss://host';

function read({ env = {}, store = {}, configVariable }: Parts): StoreSettings | undefined {
  const config = { path: 'config.json', settings: { store } };
  return readSettings({ env: { ...key, ...env }, config, configVariable });
}

test('without an address there is no store', () => {
  expect(read({})).toBeUndefined();
  expect(read({ env: { AUTHCTL_STORE: '' } })).toBeUndefined();
});

test('a variable goes before the config, and is remembered as what chose the store', () => {
  const own = { url, key_file: 'own' };
  expect(read({ store: own })?.variable).toBeUndefined();
  const both = read({ env: { AUTHCTL_STORE: 'rediss://other' }, store: { url } });
  expect([both?.address.host, both?.variable]).toEqual(['other', 'AUTHCTL_STORE']);
  const chosen = read({ store: { url }, configVariable: 'XDG_CONFIG_HOME' });
  expect(chosen?.variable).toBe('XDG_CONFIG_HOME');
});

describe('for a store of the config', () => {
  const cacert = { AUTHCTL_STORE_CACERT: 'theirs' };

  test('the config’s own key and authorities go before a variable’s', () => {
    const own = { url, key_file: 'own', cacert: 'mine' };
    const settings = read({ env: cacert, store: own });
    expect(settings).toMatchObject({ key: { file: 'own' }, cacert: 'mine' });
    expect(settings?.variable).toBeUndefined();
  });

  test('a variable that gives the only one counts as having chosen the store', () => {
    const command = { command: ['print-password'] };
    const byKey = read({ store: { url, password: command } });
    expect([byKey?.variable, byKey?.password]).toEqual(['AUTHCTL_STORE_KEY', undefined]);
    const byAuthority = read({ env: cacert, store: { url, key_file: 'own', password: command } });
    expect([byAuthority?.variable, byAuthority?.cacert, byAuthority?.password]).toEqual([
      'AUTHCTL_STORE_CACERT',
      'theirs',
      undefined,
    ]);
  });

  test('and for one of a variable, the variables go first', () => {
    const env = { ...cacert, AUTHCTL_STORE: 'rediss://other' };
    expect(read({ env, store: { url, key_file: 'own', cacert: 'mine' } })).toMatchObject({
      key: { from: 'AUTHCTL_STORE_KEY' },
      cacert: 'theirs',
    });
  });
});

test('without a key it is exit 3, which says how to make one', () => {
  const lacking = () =>
    readSettings({
      env: { AUTHCTL_STORE: url },
      config: { path: 'c', settings: {} },
      configVariable: undefined,
    });
  expect(lacking).toThrow(
    expect.objectContaining({
      code: 'setting_missing',
      details: { hint: 'authctl store key new' },
    }),
  );
});

test.each<[string, Parts, string]>([
  [
    'a variable and its file',
    { env: { AUTHCTL_STORE: url, AUTHCTL_STORE_PASSWORD: 'a', AUTHCTL_STORE_PASSWORD_FILE: 'b' } },
    'usage',
  ],
  [
    'a role that there is not',
    { env: { AUTHCTL_STORE: url, AUTHCTL_STORE_ROLE: 'writer' } },
    'usage',
  ],
  ['a lease of no time', { store: { url, lease: '0s' } }, 'usage'],
  ['a lease of an hour', { store: { url, lease: '60m' } }, 'usage'],
  ['a fallback that there is not', { store: { url, fallback: 'maybe' } }, 'usage'],
  ['a password in plain text', { store: { url, password: 'secret' } }, 'config_broken'],
  ['an address that is a command', { store: { url: { command: 'x' } } }, 'config_broken'],
])('%s is refused', (_, parts, code) => {
  expect(() => read(parts)).toThrow(expect.objectContaining({ code }));
});

describe('the password', () => {
  const command = { command: ['print-password'] };
  const from = (parts: Parts) => read(parts)?.password?.from;

  test('comes from a variable, its file, the address, then the config', () => {
    const file = { AUTHCTL_STORE_PASSWORD_FILE: '/p' };
    const store = { url: 'rediss://ann:pass@host', password: command };
    expect(from({ env: { AUTHCTL_STORE_PASSWORD: 'p' }, store })).toBe('AUTHCTL_STORE_PASSWORD');
    expect(from({ env: file, store })).toBe('AUTHCTL_STORE_PASSWORD_FILE');
    expect(from({ store })).toBe('the address of the store');
    expect(from({ store: { url, key_file: 'own', password: command } })).toBe('store.password');
  });

  test('of the config’s command is not for a store that a variable chose', () => {
    expect(
      from({ env: { AUTHCTL_STORE: url }, store: { url, password: command } }),
    ).toBeUndefined();
    expect(from({ store: { url, password: command }, configVariable: 'HOME' })).toBeUndefined();
  });

  test('of the keychain is bound to the address, and only for the store of the config', async () => {
    const asked: string[] = [];
    const keychain: Keychain = {
      get: async (accounts) => {
        asked.push(...accounts);
        return { state: 'answered', value: new Map(accounts.map((each) => [each, 'kept'])) };
      },
      set: async () => ({ state: 'off' }),
      delete: async () => ({ state: 'off' }),
    };
    const found = async (parts: Parts, listed: string) => {
      const settings = read(parts);
      if (!settings) throw new Error('no store');
      const config = () => ({ path: 'c', settings: { keychain_accounts: [listed] } });
      const world = {
        env: {},
        clock: systemClock,
        config,
        keychain: async () => keychain,
        keepSecret: () => {},
      };
      return readPassword(world, settings);
    };
    const settings = read({ store: { url } });
    const account = settings ? passwordAccount(settings) : '';
    expect(account).toBe('store/default/password@rediss://host:6379/0');
    expect(await found({ store: { url, key_file: 'own' } }, account)).toBe('kept');
    expect(
      await found({ store: { url: 'rediss://other', key_file: 'own' } }, account),
    ).toBeUndefined();
    expect(await found({ env: { AUTHCTL_STORE: url } }, account)).toBeUndefined();
    expect(asked).toEqual([account]);
  });
});

test('a password is not stored in the config with the address', () => {
  const store = (value: string) => () => requireStoreValue('url', value, { allowHttp: false });
  expect(store('rediss://ann:pass@host')).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(store('redis://host')).toThrow(expect.objectContaining({ code: 'base_url_refused' }));
  expect(store('redis://127.0.0.1')).not.toThrow();
});
