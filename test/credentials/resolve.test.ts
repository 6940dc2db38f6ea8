import { describe, expect, test } from '@jest/globals';
import type { Server } from '../../src/credentials/gate.ts';
import type { Keychain, KeychainAnswer } from '../../src/credentials/keychain/keychain.ts';
import { resolveCredentials } from '../../src/credentials/resolve.ts';
import type { Given } from '../../src/credentials/sources/flag.ts';
import { fromPrompt } from '../../src/credentials/sources/prompt.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { AuthctlError } from '../../src/errors.ts';

const request = { method: 'POST', path: '/' } as const;
/** A declaration with two ways to log in. */
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
  /** The keychain's answer if it cannot be used. */
  readonly trouble?: KeychainAnswer<never>;
  /** The accounts in the config's list. */
  readonly accounts?: readonly string[];
  /** What the user answers to prompts; without it there are no prompts. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly profile?: string;
  /** What chose the server. */
  readonly chosenBy?: Pick<Server, 'chosenBy' | 'variable'>;
  readonly declaration?: Declaration;
}

const origin = 'https://api.example';

async function resolve(sources: Sources) {
  const { flags = {}, env = {}, config = {}, accounts = [], answers } = sources;
  const provider = sources.declaration ?? declaration;
  const profile = sources.profile ?? 'default';
  const recorded = {
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
      recorded.commands.push(key);
      return `printed by ${String(command)}`;
    },
    keychain: async () => fakeKeychain(sources, profile, recorded.keychain),
    keychainAccounts: accounts,
    ask:
      answers &&
      (async (field) => {
        recorded.asked.push(field.name);
        const prompt = { say: async () => {}, ask: async () => answers[field.name] ?? '' };
        return fromPrompt(prompt, 'My API', { url: origin })(field);
      }),
    keepSecret: (secret) => recorded.secrets.push(secret),
    detail: (text) => recorded.details.push(text),
  });
  const credentials = await result.catch((thrown: unknown) => {
    if (thrown instanceof AuthctlError) return thrown;
    throw thrown;
  });
  return { credentials, ...recorded };
}

/** A keychain that, like the real one, knows accounts and never throws. */
function fakeKeychain(
  { keychain = {}, trouble }: Sources,
  profile: string,
  asked: string[][],
): Keychain {
  return {
    get: async (names) => {
      asked.push([...names]);
      if (trouble) return trouble;
      const entries = Object.entries(keychain).map(([field, value]): [string, string] => [
        `my-api/${profile}/${field}@${origin}`,
        value,
      ]);
      return {
        state: 'answered',
        value: new Map(entries.filter(([name]) => names.includes(name))),
      };
    },
    set: () => Promise.reject(new Error('nothing must be stored')),
    delete: () => Promise.reject(new Error('nothing must be removed')),
  };
}

/** The values that were found, or the error. */
function found(credentials: Awaited<ReturnType<typeof resolve>>['credentials']) {
  if (credentials instanceof AuthctlError) return `${credentials.code}: ${credentials.message}`;
  return Object.fromEntries([...credentials.values].map(([name, { value }]) => [name, value]));
}

const env = { MY_API_USER: 'env user', MY_API_PASSWORD: 'env password' };

describe('the first source that has a field gives it', () => {
  const all: Sources = {
    flags: { password: 'flag password' },
    env,
    config: { user: 'config user', password: { command: 'pass' } },
    keychain: { password: 'keychain password' },
    answers: { user: 'asked user', password: 'asked password' },
  };
  const { flags: _, ...noFlag } = all;
  const { env: __, ...noVariable } = noFlag;
  const noSecretInConfig = { ...noVariable, config: { user: 'config user' } };
  const { config: ___, ...noConfig } = noSecretInConfig;

  test.each<[string, Sources, object, string[]]>([
    ['a flag', all, { user: 'env user', password: 'flag password' }, ['environment', 'flag']],
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
      'a prompt',
      { ...noConfig, keychain: {} },
      { user: 'asked user', password: 'asked password' },
      ['prompt', 'prompt'],
    ],
    [
      'a prompt, for a field that is not in the keychain',
      noConfig,
      { user: 'asked user', password: 'keychain password' },
      ['prompt', 'keychain'],
    ],
    [
      'the config, if the variables are empty',
      { ...noVariable, env: { MY_API_USER: '', MY_API_PASSWORD: '' } },
      { user: 'config user', password: 'printed by pass' },
      ['config', 'config'],
    ],
    [
      'a prompt, if the keychain’s entry is empty',
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

  test('and -v names it and the sources that it shadows, without values', async () => {
    const { details } = await resolve(all);
    expect(details).toEqual([
      'user comes from MY_API_USER, before the config',
      "password comes from --password, before MY_API_PASSWORD, the config's command",
    ]);
  });

  test('and only secrets are redacted', async () => {
    expect((await resolve(all)).secrets).toEqual(['flag password']);
    expect((await resolve(noVariable)).secrets).toEqual(['printed by pass']);
  });

  test('and a command in the config is only run if it is that source', async () => {
    expect((await resolve(noFlag)).commands).toEqual([]);
    expect((await resolve(noVariable)).commands).toEqual(['my-api.password']);
    const lacking: Sources = { config: { password: { command: 'pass' } } };
    expect((await resolve(lacking)).commands).toEqual([]);
  });
});

describe('the way to log in', () => {
  test.each<[string, Sources, object]>([
    ['is the first that is complete', { env }, { user: 'env user', password: 'env password' }],
    [
      'is the other, if only that is complete',
      { env: { MY_API_ACCESS_KEY: 'k' } },
      { access_key: 'k' },
    ],
    [
      'is the other, if a flag belongs to it',
      { flags: { access_key: 'k' }, env },
      { access_key: 'k' },
    ],
    [
      'is the other, if the first is incomplete',
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
      'is the first for prompts, if nothing is given',
      { answers: { access_key: 'k', user: 'u', password: 'p' } },
      { user: 'u', password: 'p' },
    ],
    [
      'is the partly given one for prompts',
      { env: { MY_API_USER: 'u' }, answers: { access_key: 'k', password: 'p' } },
      { user: 'u', password: 'p' },
    ],
    [
      'is the partly given one for prompts, even if another is declared first',
      {
        declaration: reversed,
        env: { MY_API_USER: 'u' },
        answers: { access_key: 'k', password: 'p' },
      },
      { user: 'u', password: 'p' },
    ],
    [
      'is the one that a flag belongs to, even if another is complete',
      { flags: { user: 'u' }, env: { MY_API_ACCESS_KEY: 'k' }, answers: { password: 'p' } },
      { user: 'u', password: 'p' },
    ],
  ])('%s', async (_what, sources, values) => {
    expect(found((await resolve(sources)).credentials)).toEqual(values);
  });

  test('that is complete but not used is mentioned with -v', async () => {
    const { details } = await resolve({ env: { ...env, MY_API_ACCESS_KEY: 'k' } });
    expect(details).toContain('credentials for access_key were found too, and are not used');
  });

  test('cannot be mixed by flags', async () => {
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
    ['is not asked if all fields are given', { env }, []],
    [
      'is not asked if another way to log in is complete',
      { env: { MY_API_USER: 'u', MY_API_ACCESS_KEY: 'k' } },
      [],
    ],
    [
      'is asked once, for all missing secrets',
      { env: { MY_API_USER: 'u' } },
      [[at('password'), at('access_key')]],
    ],
    [
      'is asked only for the way to log in that a flag belongs to',
      { flags: { user: 'u' } },
      [[at('password')]],
    ],
    ['is not asked if no secret is missing', { flags: { password: 'p' } }, []],
    [
      'is asked for the profile',
      { flags: { user: 'u' }, profile: 'work' },
      [[at('password', 'work')]],
    ],
    [
      'is asked before the user is prompted',
      { flags: { user: 'u' }, answers: { password: 'p' } },
      [[at('password')]],
    ],
  ])('%s', async (_what, sources, asked) => {
    expect((await resolve(sources)).keychain).toEqual(asked);
  });

  test('with the missing secret makes a prompt unnecessary', async () => {
    const { asked } = await resolve({
      flags: { user: 'u' },
      keychain: { password: 'p' },
      answers: {},
    });
    expect(asked).toEqual([]);
  });

  test.each<[KeychainAnswer<never>, string]>([
    [{ state: 'locked', reason: 'it is locked' }, 'it is locked'],
    [{ state: 'hanging' }, 'hanging'],
  ])('that cannot be used does not prevent prompts: %j', async (trouble, words) => {
    const answers = { user: 'u', password: 'p' };
    const { credentials, details } = await resolve({ trouble, answers });
    expect(found(credentials)).toEqual(answers);
    expect(details).toContain(`the keychain cannot be used: ${words}`);
  });
});

describe.each(['MY_API_BASE_URL', 'MY_API_ENVIRONMENT'])('if %s chose the server', (variable) => {
  const chosenBy = { chosenBy: 'variable', variable } as const;
  const config = { user: { command: 'whoami' }, password: { command: 'pass' } };

  test('no command in the config is run, and the error says why', async () => {
    const { credentials, commands } = await resolve({ config, chosenBy });
    expect(commands).toEqual([]);
    expect(found(credentials)).toBe(
      `credential_missing: missing for My API: user (--user or MY_API_USER), password (--password-stdin or MY_API_PASSWORD); or instead: access_key (--access-key-stdin or MY_API_ACCESS_KEY); the config's command for user is not run while ${variable} chooses the server; the config's command for password is not run while ${variable} chooses the server; the keychain has no entry`,
    );
  });

  test('the keychain is used instead of a command', async () => {
    const { credentials } = await resolve({
      config: { ...config, user: 'u' },
      chosenBy,
      keychain: { password: 'p' },
    });
    expect(found(credentials)).toEqual({ user: 'u', password: 'p' });
  });

  test.each<[string, Sources, object]>([
    ['prompts are', { answers: { user: 'u', password: 'p' } }, { user: 'u', password: 'p' }],
    ['variables are', { env }, { user: 'env user', password: 'env password' }],
    ['flags are', { flags: { user: 'u', password: 'p' } }, { user: 'u', password: 'p' }],
    [
      'a flag and a prompt are',
      { flags: { password: 'p' }, answers: { user: 'u' } },
      { user: 'u', password: 'p' },
    ],
  ])('%s used instead of a command', async (_what, sources, values) => {
    const { credentials, commands } = await resolve({ config, chosenBy, ...sources });
    expect(found(credentials)).toEqual(values);
    expect(commands).toEqual([]);
  });

  test('a value in the config is used', async () => {
    const { credentials } = await resolve({
      config: { user: 'config user' },
      env: { MY_API_PASSWORD: 'p' },
      chosenBy,
    });
    expect(found(credentials)).toEqual({ user: 'config user', password: 'p' });
  });
});

describe.each(['flag', 'config', 'declaration'] as const)('if the %s chose the server', (by) => {
  test('commands in the config are run', async () => {
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

describe('if only the current session names the server', () => {
  const chosenBy = { chosenBy: 'session' } as const;

  test.each<[string, Sources, string]>([
    ['a flag', { flags: { user: 'u', password: 'p' } }, '--password'],
    ['a variable', { env }, 'MY_API_PASSWORD'],
    [
      'a command in the config',
      { config: { user: 'u', password: { command: 'pass' } } },
      "the config's command",
    ],
  ])('a secret from %s is not sent there', async (_what, sources, source) => {
    const { credentials, commands } = await resolve({ ...sources, chosenBy });
    expect(commands).toEqual([]);
    expect(credentials).toMatchObject({
      code: 'credential_missing',
      message: expect.stringContaining(
        `; ${source} is not sent to https://api.example/v1, a server known only from the last session`,
      ),
      details: { hint: 'name your server with --base-url, or as my-api.base_url in the config' },
    });
  });

  test('the user is not prompted for a secret', async () => {
    const { credentials, asked } = await resolve({
      chosenBy,
      answers: { user: 'u', password: 'p' },
    });
    expect(asked).toEqual([]);
    expect(credentials).toMatchObject({ code: 'credential_missing' });
  });

  test('a secret that the keychain has for that server is sent', async () => {
    const { credentials } = await resolve({ env, chosenBy, keychain: { password: 'p' } });
    expect(found(credentials)).toEqual({ user: 'env user', password: 'p' });
  });

  test('the hint names the profile', async () => {
    const { credentials } = await resolve({ env, chosenBy, profile: 'work' });
    expect(credentials).toMatchObject({
      details: {
        hint: 'name your server with --base-url, or as profiles.work.my-api.base_url in the config',
      },
    });
  });
});

describe('a missing credential', () => {
  const [password] = declaration.login;
  const single: Declaration = { ...declaration, login: password ? [password] : [] };

  test.each<[string, Sources, string]>([
    [
      'is named with its flag and its variable',
      { declaration: single },
      'missing for My API: user (--user or MY_API_USER), password (--password-stdin or MY_API_PASSWORD); the keychain has no entry',
    ],
    [
      'is named without the fields that were found',
      { declaration: single, env: { MY_API_PASSWORD: 'p' } },
      'missing for My API: user (--user or MY_API_USER)',
    ],
    [
      'may belong to one of two ways to log in',
      {},
      'missing for My API: user (--user or MY_API_USER), password (--password-stdin or MY_API_PASSWORD); or instead: access_key (--access-key-stdin or MY_API_ACCESS_KEY); the keychain has no entry',
    ],
    [
      'is reported with the state of the keychain',
      { flags: { user: 'u' }, trouble: { state: 'locked', reason: 'it is locked' } },
      'missing for My API: password (--password-stdin or MY_API_PASSWORD); the keychain is locked',
    ],
    [
      'is reported with the origins that it is stored for',
      {
        flags: { user: 'u' },
        accounts: [
          'my-api/default/password@https://old.example',
          'my-api/default/password@https://test.example:8443',
          'my-api/work/password@https://work.example',
          'my-api/default/access_key@https://key.example',
        ],
      },
      'missing for My API: password (--password-stdin or MY_API_PASSWORD); the keychain has no entry; the keychain has password for https://old.example, https://test.example:8443, but not for https://api.example',
    ],
    [
      'is not said to be stored for another server if it is stored for this one',
      {
        flags: { user: 'u' },
        accounts: [`my-api/default/password@${origin}`],
        trouble: { state: 'locked', reason: 'it is locked' },
      },
      'missing for My API: password (--password-stdin or MY_API_PASSWORD); the keychain is locked',
    ],
  ])('%s', async (_what, sources, message) => {
    const { credentials } = await resolve(sources);
    expect(credentials).toMatchObject({ code: 'credential_missing', message });
  });

  test('that is no secret needs no keychain', async () => {
    const env = { MY_API_PASSWORD: 'p' };
    const { credentials, keychain } = await resolve({ declaration: single, env });
    expect(keychain).toEqual([]);
    expect(credentials).toMatchObject({ details: { hint: 'authctl help credentials' } });
  });

  test.each([
    ['default', 'declaration', 'authctl credentials set my-api'],
    ['work', 'declaration', 'authctl credentials set my-api --profile work'],
    ['default', 'flag', `authctl credentials set my-api --base-url ${origin}/v1`],
  ] as const)(
    'can be stored for profile %s and the server of the %s',
    async (profile, by, hint) => {
      const { credentials } = await resolve({ profile, chosenBy: { chosenBy: by } });
      expect(credentials).toMatchObject({ details: { provider: 'my-api', hint } });
    },
  );

  test('is prompted for, in the order of the fields', async () => {
    const answers = { user: 'u', password: 'p' };
    const { asked, credentials, secrets, details } = await resolve({
      declaration: single,
      answers,
    });
    expect(asked).toEqual(['user', 'password']);
    expect(found(credentials)).toEqual(answers);
    expect(secrets).toEqual(['p']);
    expect(details).toEqual(['user comes from the prompt', 'password comes from the prompt']);
  });

  test('is asked for again if the user enters nothing', async () => {
    const given = ['', '', 'p'];
    const said: string[] = [];
    const ask = fromPrompt(
      { say: async (text) => void said.push(text), ask: async () => given.shift() ?? 'late' },
      'My API',
      { url: 'https://my.example' },
    );
    expect(await ask({ name: 'password', label: 'Password', secret: true })).toBe('p');
    expect(said).toEqual([
      'My API at https://my.example',
      ...Array(2).fill('password cannot be empty; Ctrl-C ends it'),
    ]);
  });
});
