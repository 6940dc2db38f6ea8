import { describe, expect, test } from '@jest/globals';
import type { Server } from '../../src/credentials/gate.ts';
import type { Keychain, KeychainAnswer } from '../../src/credentials/keychain/keychain.ts';
import { resolveCredentials } from '../../src/credentials/resolve.ts';
import type { Given } from '../../src/credentials/sources/flag.ts';
import { fromPrompt } from '../../src/credentials/sources/prompt.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { AuthctlError } from '../../src/errors.ts';

const request = { method: 'POST', path: '/' } as const;
/** Two ways to log in, as datarhei has them. */
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [
    { name: 'user', label: 'User', secret: false },
    { name: 'password', label: 'Password', secret: true },
    { name: 'access_key', label: 'Access key', secret: true },
  ],
  login: [
    { fields: ['user', 'password'], request },
    { fields: ['access_key'], request },
  ],
  answer: { token: '/token' },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

const reversed: Declaration = { ...declaration, login: declaration.login.toReversed() };

/** What each source has, by field. */
interface Sources {
  readonly flags?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string | { readonly command: string }>>;
  readonly keychain?: Readonly<Record<string, string>>;
  /** Why the keychain gives nothing. */
  readonly silence?: KeychainAnswer<never>;
  /** What the keychain has by our own list, by account. */
  readonly accounts?: readonly string[];
  /** What a person answers; nobody is there unless given. */
  readonly person?: Readonly<Record<string, string>>;
  readonly profile?: string;
  /** Who chose the server. */
  readonly chosenBy?: Pick<Server, 'chosenBy' | 'variable'>;
  readonly declaration?: Declaration;
}

const origin = 'https://api.example';

async function resolve(sources: Sources) {
  const { flags = {}, env = {}, config = {}, accounts = [], person } = sources;
  const provider = sources.declaration ?? declaration;
  const profile = sources.profile ?? 'default';
  const heard = {
    asked: [] as string[],
    commands: [] as string[],
    keychain: [] as string[][],
    secrets: [] as string[],
    details: [] as string[],
  };
  const { chosenBy = { chosenBy: 'declaration' } } = sources;
  const result = resolveCredentials({
    declaration: provider,
    server: { url: `${origin}/v1`, origin, ...chosenBy },
    sources: {
      provider: provider.name,
      profile,
      given: new Map(
        Object.entries(flags).map(([name, value]): [string, Given] => [
          name,
          { value, origin: `--${name.replace('_', '-')}`, exposed: true },
        ]),
      ),
      env,
      config: { path: 'config.json', settings: { [provider.name]: config } },
    },
    runCommand: async (command, key) => {
      heard.commands.push(key);
      return `printed by ${String(command)}`;
    },
    keychain: async () => fakeKeychain(sources, profile, heard.keychain),
    keychainAccounts: accounts,
    ask:
      person &&
      (async (field) => {
        heard.asked.push(field.name);
        const prompt = { say: async () => {}, ask: async () => person[field.name] ?? '' };
        return fromPrompt(prompt, 'My API', { url: origin })(field);
      }),
    keepSecret: (secret) => heard.secrets.push(secret),
    detail: (text) => heard.details.push(text),
  });
  const credentials = await result.catch((thrown: unknown) => {
    if (thrown instanceof AuthctlError) return thrown;
    throw thrown;
  });
  return { credentials, ...heard };
}

/** The port as the real one keeps it: it knows accounts, and never throws. */
function fakeKeychain(
  { keychain = {}, silence }: Sources,
  profile: string,
  asked: string[][],
): Keychain {
  return {
    get: async (names) => {
      asked.push([...names]);
      if (silence) return silence;
      const entries = Object.entries(keychain).map(([field, value]): [string, string] => [
        `my-api/${profile}/${field}@${origin}`,
        value,
      ]);
      return {
        state: 'answered',
        value: new Map(entries.filter(([name]) => names.includes(name))),
      };
    },
    set: () => Promise.reject(new Error('nothing is to be stored')),
    delete: () => Promise.reject(new Error('nothing is to be removed')),
  };
}

/** The values that were found, or what the error says. */
function found(credentials: Awaited<ReturnType<typeof resolve>>['credentials']) {
  if (credentials instanceof AuthctlError) return `${credentials.code}: ${credentials.message}`;
  return Object.fromEntries([...credentials.values].map(([name, { value }]) => [name, value]));
}

const env = { MY_API_USER: 'env user', MY_API_PASSWORD: 'env password' };

describe('the first source that has a field gives it', () => {
  const everywhere: Sources = {
    flags: { password: 'flag password' },
    env,
    config: { user: 'config user', password: { command: 'pass' } },
    keychain: { password: 'keychain password' },
    person: { user: 'asked user', password: 'asked password' },
  };
  const { flags: _, ...noFlag } = everywhere;
  const { env: __, ...noVariable } = noFlag;
  const noSecretInConfig = { ...noVariable, config: { user: 'config user' } };
  const { config: ___, ...noConfig } = noSecretInConfig;

  test.each<[string, Sources, object, string[]]>([
    [
      'a flag',
      everywhere,
      { user: 'env user', password: 'flag password' },
      ['environment', 'flag'],
    ],
    [
      'a variable',
      noFlag,
      { user: 'env user', password: 'env password' },
      ['environment', 'environment'],
    ],
    [
      'the config',
      noVariable,
      { user: 'config user', password: 'printed by pass' },
      ['config', 'config'],
    ],
    [
      'the keychain',
      noSecretInConfig,
      { user: 'config user', password: 'keychain password' },
      ['config', 'keychain'],
    ],
    [
      'a person',
      { ...noConfig, keychain: {} },
      { user: 'asked user', password: 'asked password' },
      ['prompt', 'prompt'],
    ],
    [
      'a person for what the keychain does not hold',
      noConfig,
      { user: 'asked user', password: 'keychain password' },
      ['prompt', 'keychain'],
    ],
    [
      'not an empty variable',
      { ...noVariable, env: { MY_API_USER: '', MY_API_PASSWORD: '' } },
      { user: 'config user', password: 'printed by pass' },
      ['config', 'config'],
    ],
    [
      'not an empty entry of the keychain',
      { ...noSecretInConfig, keychain: { password: '' } },
      { user: 'config user', password: 'asked password' },
      ['config', 'prompt'],
    ],
  ])('%s', async (_what, sources, values, kinds) => {
    const { credentials } = await resolve(sources);
    expect(found(credentials)).toEqual(values);
    if (credentials instanceof AuthctlError) return;
    expect([...credentials.values.values()].map(({ kind }) => kind)).toEqual(kinds);
  });

  test('and -v says which, and what it came before, but no value', async () => {
    const { details } = await resolve(everywhere);
    expect(details).toEqual([
      'user comes from MY_API_USER, before the config',
      "password comes from --password, before MY_API_PASSWORD, the config's command",
    ]);
  });

  test('and only the secrets are made known as such', async () => {
    expect((await resolve(everywhere)).secrets).toEqual(['flag password']);
    expect((await resolve(noVariable)).secrets).toEqual(['printed by pass']);
  });

  test('and a command of the config is run only if it is that', async () => {
    expect((await resolve(noFlag)).commands).toEqual([]);
    expect((await resolve(noVariable)).commands).toEqual(['my-api.password']);
    const lacking: Sources = { config: { password: { command: 'pass' } } };
    expect((await resolve(lacking)).commands).toEqual([]);
  });
});

describe('the way to log in', () => {
  test.each<[string, Sources, object]>([
    ['is the first that is complete', { env }, { user: 'env user', password: 'env password' }],
    ['is the other, if that is complete', { env: { MY_API_ACCESS_KEY: 'k' } }, { access_key: 'k' }],
    [
      'is the other, if a flag means that',
      { flags: { access_key: 'k' }, env },
      { access_key: 'k' },
    ],
    [
      'is the other, if half of the first is there',
      { env: { MY_API_USER: 'u', MY_API_ACCESS_KEY: 'k' } },
      { access_key: 'k' },
    ],
    [
      'is the first of two that are complete',
      { env: { ...env, MY_API_ACCESS_KEY: 'k' } },
      { user: 'env user', password: 'env password' },
    ],
    [
      'is the one that the keychain completes',
      { env: { MY_API_USER: 'u' }, keychain: { password: 'p' } },
      { user: 'u', password: 'p' },
    ],
    [
      'is the other, if the keychain has only that',
      { keychain: { access_key: 'k' } },
      { access_key: 'k' },
    ],
    [
      'is the first for a person, where nothing is there',
      { person: { access_key: 'k', user: 'u', password: 'p' } },
      { user: 'u', password: 'p' },
    ],
    [
      'is the one that a person has begun',
      { env: { MY_API_USER: 'u' }, person: { access_key: 'k', password: 'p' } },
      { user: 'u', password: 'p' },
    ],
    [
      'is the one that a person has begun, though another is declared first',
      {
        declaration: reversed,
        env: { MY_API_USER: 'u' },
        person: { access_key: 'k', password: 'p' },
      },
      { user: 'u', password: 'p' },
    ],
    [
      'is the one that the flag means, whatever else is there',
      { flags: { user: 'u' }, env: { MY_API_ACCESS_KEY: 'k' }, person: { password: 'p' } },
      { user: 'u', password: 'p' },
    ],
  ])('%s', async (_what, sources, values) => {
    expect(found((await resolve(sources)).credentials)).toEqual(values);
  });

  test('that is not taken is mentioned with -v', async () => {
    const { details } = await resolve({ env: { ...env, MY_API_ACCESS_KEY: 'k' } });
    expect(details).toContain('credentials for access_key are there too, and not used');
  });

  test('cannot be two by flags', async () => {
    const { credentials } = await resolve({ flags: { password: 'p', access_key: 'k' } });
    expect(credentials).toMatchObject({
      code: 'usage',
      message: '--password and --access-key belong to different ways to log in',
      details: { hint: 'use one of: --user with --password, or --access-key' },
    });
  });
});

describe('the keychain', () => {
  const at = (field: string, profile = 'default') => `my-api/${profile}/${field}@${origin}`;

  test.each<[string, Sources, string[][]]>([
    ['is not asked where all is there', { env }, []],
    [
      'is not asked where another way to log in is complete',
      { env: { MY_API_USER: 'u', MY_API_ACCESS_KEY: 'k' } },
      [],
    ],
    [
      'is asked once, for all that is lacking',
      { env: { MY_API_USER: 'u' } },
      [[at('password'), at('access_key')]],
    ],
    ['is asked only for what the flag’s way needs', { flags: { user: 'u' } }, [[at('password')]]],
    ['is not asked where no secret is lacking', { flags: { password: 'p' } }, []],
    [
      'is asked under the profile',
      { flags: { user: 'u' }, profile: 'work' },
      [[at('password', 'work')]],
    ],
    [
      'is asked before a person is',
      { flags: { user: 'u' }, person: { password: 'p' } },
      [[at('password')]],
    ],
  ])('%s', async (_what, sources, asked) => {
    expect((await resolve(sources)).keychain).toEqual(asked);
  });

  test('that has what a person would be asked saves asking', async () => {
    const { asked } = await resolve({
      flags: { user: 'u' },
      keychain: { password: 'p' },
      person: {},
    });
    expect(asked).toEqual([]);
  });

  test.each<[KeychainAnswer<never>, string]>([
    [{ state: 'locked', reason: 'it is locked' }, 'it is locked'],
    [{ state: 'hanging' }, 'hanging'],
  ])('that gives nothing is no obstacle to a person: %j', async (silence, words) => {
    const person = { user: 'u', password: 'p' };
    const { credentials, details } = await resolve({ silence, person });
    expect(found(credentials)).toEqual(person);
    expect(details).toContain(`the keychain gave nothing: ${words}`);
  });
});

describe.each(['MY_API_BASE_URL', 'MY_API_ENVIRONMENT'])(
  'where %s chose the server',
  (variable) => {
    const chosenBy = { chosenBy: 'variable', variable } as const;
    const config = { user: { command: 'whoami' }, password: { command: 'pass' } };

    test('a command of the config is not run, for a secret or not, and the error says why', async () => {
      const { credentials, commands } = await resolve({ config, chosenBy });
      expect(commands).toEqual([]);
      expect(found(credentials)).toBe(
        `credential_missing: missing for My API: user (--user or MY_API_USER), password (--password or MY_API_PASSWORD); or instead: access_key (--access-key or MY_API_ACCESS_KEY); the config's command for user is not run while ${variable} says where it would go; the config's command for password is not run while ${variable} says where it would go; the keychain: no entry, or it is locked`,
      );
    });

    test('a command gives way to the keychain', async () => {
      const { credentials } = await resolve({
        config: { ...config, user: 'u' },
        chosenBy,
        keychain: { password: 'p' },
      });
      expect(found(credentials)).toEqual({ user: 'u', password: 'p' });
    });

    test.each<[string, Sources, object]>([
      ['a person', { person: { user: 'u', password: 'p' } }, { user: 'u', password: 'p' }],
      ['variables', { env }, { user: 'env user', password: 'env password' }],
      ['flags', { flags: { user: 'u', password: 'p' } }, { user: 'u', password: 'p' }],
      [
        'a flag for one and a person for the other',
        { flags: { password: 'p' }, person: { user: 'u' } },
        { user: 'u', password: 'p' },
      ],
    ])('a command gives way to %s', async (_what, sources, values) => {
      const { credentials, commands } = await resolve({ config, chosenBy, ...sources });
      expect(found(credentials)).toEqual(values);
      expect(commands).toEqual([]);
    });

    test('a value of the config is used', async () => {
      const { credentials } = await resolve({
        config: { user: 'config user' },
        env: { MY_API_PASSWORD: 'p' },
        chosenBy,
      });
      expect(found(credentials)).toEqual({ user: 'config user', password: 'p' });
    });
  },
);

describe.each(['flag', 'config', 'declaration'] as const)('where %s chose the server', (by) => {
  test('a command of the config is run, for a secret or not', async () => {
    const { credentials, commands } = await resolve({
      config: { user: { command: 'whoami' }, password: { command: 'pass' } },
      chosenBy: { chosenBy: by },
    });
    expect(found(credentials)).toEqual({
      user: 'printed by whoami',
      password: 'printed by pass',
    });
    expect(commands).toEqual(['my-api.user', 'my-api.password']);
  });
});

describe('where only the session written last names the server', () => {
  const chosenBy = { chosenBy: 'session' } as const;

  test.each<[string, Sources, string]>([
    ['a flag', { flags: { user: 'u', password: 'p' } }, '--password'],
    ['a variable', { env }, 'MY_API_PASSWORD'],
    [
      'a command of the config',
      { config: { user: 'u', password: { command: 'pass' } } },
      "the config's command",
    ],
  ])('a secret of %s is not sent there', async (_what, sources, source) => {
    const { credentials, commands } = await resolve({ ...sources, chosenBy });
    expect(commands).toEqual([]);
    expect(credentials).toMatchObject({
      code: 'credential_missing',
      message: expect.stringContaining(
        `; ${source} is not sent to https://api.example/v1, which only the last session names`,
      ),
      details: { hint: 'authctl config set my-api.base_url https://api.example/v1, or --base-url' },
    });
  });

  test('nobody is asked for one', async () => {
    const { credentials, asked } = await resolve({
      chosenBy,
      person: { user: 'u', password: 'p' },
    });
    expect(asked).toEqual([]);
    expect(credentials).toMatchObject({ code: 'credential_missing' });
  });

  test('the keychain’s is sent, which was saved for it', async () => {
    const { credentials } = await resolve({ env, chosenBy, keychain: { password: 'p' } });
    expect(found(credentials)).toEqual({ user: 'env user', password: 'p' });
  });

  test('the hint is for the profile', async () => {
    const { credentials } = await resolve({ env, chosenBy, profile: 'work' });
    expect(credentials).toMatchObject({
      details: {
        hint: 'authctl config set profiles.work.my-api.base_url https://api.example/v1, or --base-url',
      },
    });
  });
});

describe('what is missing', () => {
  const [password] = declaration.login;
  const single: Declaration = { ...declaration, login: password ? [password] : [] };

  test.each<[string, Sources, string]>([
    [
      'is named with its flag and its variable, field by field',
      { declaration: single },
      'missing for My API: user (--user or MY_API_USER), password (--password or MY_API_PASSWORD); the keychain: no entry, or it is locked',
    ],
    [
      'is only what is missing',
      { declaration: single, env: { MY_API_PASSWORD: 'p' } },
      'missing for My API: user (--user or MY_API_USER)',
    ],
    [
      'may be one of two',
      {},
      'missing for My API: user (--user or MY_API_USER), password (--password or MY_API_PASSWORD); or instead: access_key (--access-key or MY_API_ACCESS_KEY); the keychain: no entry, or it is locked',
    ],
    [
      'comes with the state of the keychain',
      { flags: { user: 'u' }, silence: { state: 'locked', reason: 'it is locked' } },
      'missing for My API: password (--password or MY_API_PASSWORD); the keychain: it is locked',
    ],
    [
      'comes with the origins that the keychain has it for',
      {
        flags: { user: 'u' },
        accounts: [
          'my-api/default/password@https://old.example',
          'my-api/default/password@https://test.example:8443',
          'my-api/work/password@https://work.example',
          'my-api/default/access_key@https://key.example',
        ],
      },
      'missing for My API: password (--password or MY_API_PASSWORD); the keychain: no entry, or it is locked; the keychain has password for https://old.example, https://test.example:8443, and this goes to https://api.example',
    ],
  ])('%s', async (_what, sources, message) => {
    const { credentials } = await resolve(sources);
    expect(credentials).toMatchObject({ code: 'credential_missing', message });
  });

  test.each([
    ['default', 'authctl credentials set my-api'],
    ['work', 'authctl credentials set my-api --profile work'],
  ])('can be kept: profile %s', async (profile, hint) => {
    const { credentials } = await resolve({ profile });
    expect(credentials).toMatchObject({ details: { provider: 'my-api', hint } });
  });

  test('is asked of a person, field by field, in order', async () => {
    const person = { user: 'u', password: 'p' };
    const { asked, credentials, secrets, details } = await resolve({ declaration: single, person });
    expect(asked).toEqual(['user', 'password']);
    expect(found(credentials)).toEqual(person);
    expect(secrets).toEqual(['p']);
    expect(details).toEqual(['user comes from the prompt', 'password comes from the prompt']);
  });

  test('is missing still, where a person says nothing', async () => {
    const { credentials } = await resolve({ declaration: single, person: { user: 'u' } });
    expect(found(credentials)).toBe('credential_missing: no password was entered');
  });
});
