/** Whether the launcher prints the token, waits for another process, or loads the program. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Outline } from '../../src/declaration/outline.ts';
import { readLine } from '../../src/launcher/line.ts';
import { type WarmWorld, warmToken } from '../../src/launcher/warm.ts';
import type { SessionKey } from '../../src/session/key.ts';
import { outlinePath, pointerPath, sessionPath } from '../../src/store/file/paths.ts';
import { formatOutline } from '../../src/store/outline-format.ts';
import { keyOf, sessionOf } from '../session/sample.ts';
import { openStore, stateDirectory, version } from '../store/directory.ts';

const uid = process.getuid?.();
const key = keyOf();
const { provider, baseUrl } = key;
const { receivedAt } = sessionOf(key).tokenSet;
const minute = 60_000;

const outline: Outline = {
  name: provider,
  fields: [
    { name: 'user', secret: false },
    { name: 'password', secret: true },
    { name: 'access_key', secret: true },
  ],
  login: [{ fields: ['user', 'password'] }, { fields: ['access_key'] }],
  environments: [
    { name: 'live', baseUrl },
    { name: 'test', baseUrl: 'https://test.example/v1' },
  ],
};

/** The files of a user with a session and an outline of its provider. */
interface Files {
  readonly state: string;
  readonly outline: string;
  readonly session: string;
  readonly pointer: string;
  readonly setConfig: (content: unknown) => void;
  readonly save: (key: SessionKey, token?: string) => Promise<void>;
  readonly saveOutline: (outline: Outline) => Promise<void>;
  /** Writes a declaration's file, and stores its outline. */
  readonly declare: (directory?: string) => Promise<string>;
}

async function newFiles(): Promise<Files & { readonly env: Record<string, string> }> {
  const { state, store } = openStore();
  const config = stateDirectory();
  await store.save(sessionOf(key));
  await store.saveOutline(outline);
  return {
    state,
    outline: outlinePath(state, provider),
    session: sessionPath(state, key),
    pointer: pointerPath(state, provider, 'default'),
    env: { AUTHCTL_STATE_DIR: state, AUTHCTL_CONFIG_DIR: config },
    setConfig: (content) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(join(config, 'config.json'), text);
    },
    save: (other, token) => store.save(sessionOf(other, token)),
    saveOutline: store.saveOutline,
    declare: async (directory = join(config, 'providers')) => {
      mkdirSync(directory, { recursive: true });
      const path = join(directory, 'my-api.json');
      writeFileSync(path, '{}');
      const { ctimeMs: modified, size } = statSync(path);
      await store.saveOutline({ ...outline, file: { path, modified, size } });
      return path;
    },
  };
}

/** What a command line leads to. */
type Outcome =
  /** The launcher prints the token. */
  | 'the token'
  /** The launcher waits for another process. */
  | 'a wait'
  /** The launcher loads the program at once. */
  | 'the program';

interface Case {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly prepare?: (files: Files) => unknown;
  /** Milliseconds since the token arrived. */
  readonly age?: number;
}

async function outcomeOf({ args, env, prepare, age }: Case): Promise<Outcome> {
  const files = await newFiles();
  await prepare?.(files);
  let waits = false;
  const token = warm(args ?? ['token', provider], {
    env: { ...files.env, ...env },
    now: () => receivedAt + (age ?? minute),
    onMiss: () => {
      waits = true;
      return undefined;
    },
  });
  if (token === undefined) return waits ? 'a wait' : 'the program';
  expect([token, waits]).toEqual(['token', false]);
  return 'the token';
}

function warm(args: readonly string[], world: Pick<WarmWorld, 'env' | 'now' | 'onMiss'>) {
  return warmToken(readLine(args), { platform: process.platform, uid, version, ...world })?.token;
}

const work = keyOf({ profile: 'work' });
const elsewhere = keyOf({ baseUrl: 'https://other.example' });
const bob = keyOf({ account: { fields: { user: 'bob' } } });

describe('a command line', () => {
  test.each<[string, Outcome, readonly string[]]>([
    ['with the provider only', 'the token', ['token', provider]],
    [
      'with switches that are ignored',
      'the token',
      ['token', '-q', provider, '--quiet', '--no-input', '--no-keychain', '--no-color'],
    ],
    ['with the profile', 'the token', ['token', provider, '--profile', 'default']],
    ['with another profile', 'a wait', ['token', '-p', 'work', provider]],
    ['for a provider that was never used', 'a wait', ['token', 'other']],
    ['with an invalid provider', 'the program', ['token', '../my-api']],
    ['with an invalid profile', 'the program', ['token', provider, '-p', 'a/b']],
    ['with a missing profile', 'the program', ['token', provider, '-p']],
    ['with a flag as profile', 'the program', ['token', provider, '-p', '-q']],
    ['without a provider', 'the program', ['token']],
    ['with two providers', 'the program', ['token', provider, provider]],
    ['with another option', 'the program', ['token', provider, '-o', 'json']],
    ['of another command', 'the program', ['login', provider]],
    ['that is empty', 'the program', []],
  ])('%s leads to %s', async (_what, expected, args) => {
    expect(await outcomeOf({ args })).toBe(expected);
  });
});

describe('an outline', () => {
  test.each<[string, object]>([
    ['a name', { name: undefined }],
    ['a name that is a string', { name: 1 }],
    ['fields', { fields: undefined }],
    ['a list of fields', { fields: {} }],
    ['ways to log in', { login: undefined }],
    ['the fields of each way to log in', { login: [{}] }],
    ['a valid declaration file', { file: 'my-api.json' }],
    ['the path of its file', { file: { modified: 1, size: 1 } }],
    ['the time of its file', { file: { path: '/', size: 1 } }],
  ])('without %s leads to the program', async (_what, change) => {
    const damaged = { ...outline, ...change };
    const text = JSON.stringify({ version: 1, program: version, outline: damaged });
    const prepare = ({ outline: path }: Files) => writeFileSync(path, text);
    expect(await outcomeOf({ prepare })).toBe('the program');
  });

  test.each<[string, Outcome, (files: Files) => unknown]>([
    ['that is missing', 'a wait', ({ outline: path }) => rmSync(path)],
    [
      'of another version of the program',
      'a wait',
      ({ outline: path }) => writeFileSync(path, formatOutline(outline, '1.2.4')),
    ],
    ['that is damaged', 'a wait', ({ outline: path }) => writeFileSync(path, '{"version":1')],
    ['that others can read', 'a wait', ({ outline: path }) => chmodSync(path, 0o640)],
    ['behind a symbolic link', 'a wait', ({ outline: path }) => linkTo(path)],
    [
      'of another provider',
      'the program',
      ({ outline: path }) => writeFileSync(path, formatOutline({ ...outline, name: 'b' }, version)),
    ],
    ['of an unchanged declaration file', 'the token', ({ declare }) => declare()],
    [
      'of a declaration file that is in no config directory',
      'the program',
      ({ declare, state }) => declare(join(state, 'providers')),
    ],
    [
      'of a declaration file with another time',
      'the program',
      async ({ declare }) => utimesSync(await declare(), 1, 1),
    ],
    [
      'of a declaration file with another size, but the same time,',
      'the program',
      async ({ declare }) => {
        const path = await declare();
        const { atime, mtime } = statSync(path);
        writeFileSync(path, '{ }');
        utimesSync(path, atime, mtime);
      },
    ],
    [
      'of a declaration file that is gone',
      'the program',
      async ({ declare }) => rmSync(await declare()),
    ],
  ])('%s leads to %s', async (_what, expected, prepare) => {
    expect(await outcomeOf({ prepare })).toBe(expected);
  });
});

describe('a command for the session', () => {
  test.each<[string, Outcome, Case]>([
    ['of the default profile', 'the token', { prepare: ({ save }) => save(work, 'of work') }],
    ['at the server in a variable', 'the token', { env: { MY_API_BASE_URL: `${baseUrl}/` } }],
    ['of the environment in a variable', 'the token', { env: { MY_API_ENVIRONMENT: 'live' } }],
    [
      'at the server in a variable, though another session is current,',
      'the token',
      {
        env: { MY_API_BASE_URL: baseUrl, MY_API_USER: 'ann' },
        prepare: ({ save }) => save(elsewhere, 'of elsewhere'),
      },
    ],
    [
      'at another server in a variable',
      'a wait',
      { env: { MY_API_BASE_URL: 'https://b.example' } },
    ],
    ['of another environment in a variable', 'a wait', { env: { MY_API_ENVIRONMENT: 'test' } }],
    [
      'with empty variables, which are ignored,',
      'the token',
      { env: { MY_API_BASE_URL: '', MY_API_ENVIRONMENT: '', MY_API_USER: '' } },
    ],
    [
      'at two servers in variables',
      'the program',
      { env: { MY_API_BASE_URL: baseUrl, MY_API_ENVIRONMENT: 'live' } },
    ],
    [
      'at a server that is refused',
      'the program',
      { env: { MY_API_BASE_URL: 'http://b.example' } },
    ],
    ['in an unknown environment', 'the program', { env: { MY_API_ENVIRONMENT: 'nope' } }],
    [
      'at the server in the config',
      'the token',
      { prepare: ({ setConfig }) => setConfig({ [provider]: { base_url: baseUrl } }) },
    ],
    [
      'at another server in the config',
      'a wait',
      { prepare: ({ setConfig }) => setConfig({ [provider]: { environment: 'test' } }) },
    ],
    [
      'at another server in the profile’s config',
      'a wait',
      {
        prepare: ({ setConfig }) =>
          setConfig({
            profiles: { default: { [provider]: { environment: 'test' } } },
            [provider]: { environment: 'live' },
          }),
      },
    ],
    [
      'at two servers in the config',
      'the program',
      {
        prepare: ({ setConfig }) =>
          setConfig({ [provider]: { environment: 'live', base_url: baseUrl } }),
      },
    ],
    ['with a broken config', 'the program', { prepare: ({ setConfig }) => setConfig('{') }],
    [
      'of the profile in a variable',
      'the token',
      { env: { AUTHCTL_PROFILE: 'work' }, prepare: ({ save }) => save(work) },
    ],
    ['of a profile without a session', 'a wait', { env: { AUTHCTL_PROFILE: 'work' } }],
    ['of an invalid profile', 'the program', { env: { AUTHCTL_PROFILE: 'a/b' } }],
    ['of the account in a variable', 'the token', { env: { MY_API_USER: 'ann' } }],
    ['of another account in a variable', 'a wait', { env: { MY_API_USER: 'bob' } }],
    [
      'of the account in the config',
      'the token',
      { prepare: ({ setConfig }) => setConfig({ [provider]: { user: 'ann' } }) },
    ],
    [
      'of another account in the config',
      'a wait',
      { prepare: ({ setConfig }) => setConfig({ [provider]: { user: 'bob' } }) },
    ],
    [
      'of an account that a command in the config prints, which is not run,',
      'the token',
      { prepare: ({ setConfig }) => setConfig({ [provider]: { user: { command: 'echo bob' } } }) },
    ],
    [
      'of the account in a variable with a secret beside it',
      'the token',
      { env: { MY_API_USER: 'ann', MY_API_PASSWORD: 'p', MY_API_ACCESS_KEY: 'k' } },
    ],
    [
      'of an account identified by a fingerprint, which takes too long to compute,',
      'the program',
      { env: { MY_API_ACCESS_KEY: 'k' } },
    ],
    [
      'of an account identified by a fingerprint, which is not stored,',
      'the program',
      { env: { MY_API_ACCESS_KEY: 'k' }, prepare: ({ session }) => rmSync(session) },
    ],
    [
      'that is current, whose account is a fingerprint,',
      'the token',
      { prepare: ({ save }) => save(keyOf({ account: { fingerprint: 'f' } })) },
    ],
    ['without a home directory', 'the program', { env: { AUTHCTL_STATE_DIR: undefined } }],
  ])('%s leads to %s', async (_what, expected, given) => {
    expect(await outcomeOf(given)).toBe(expected);
  });
});

describe('a session', () => {
  test.each<[string, Outcome, Case]>([
    ['is fresh', 'the token', { age: 58 * minute }],
    ['is about to expire', 'a wait', { age: 59.5 * minute }],
    ['is from the future', 'a wait', { age: -minute }],
    ['is gone', 'a wait', { prepare: ({ session }) => rmSync(session) }],
    ['is damaged', 'a wait', { prepare: ({ session }) => writeFileSync(session, '{"version":1') }],
    ['can be read by the group', 'a wait', { prepare: ({ session }) => chmodSync(session, 0o640) }],
    ['is behind a symbolic link', 'a wait', { prepare: ({ session }) => linkTo(session) }],
    [
      'has a second hard link',
      'a wait',
      { prepare: ({ session }) => linkSync(session, `${session}.twin`) },
    ],
    [
      'is that of another account',
      'a wait',
      {
        prepare: async ({ state, session, pointer, save }) => {
          copyFileSync(pointer, `${pointer}.ann`);
          await save(bob, 'of bob');
          renameSync(`${pointer}.ann`, pointer);
          copyFileSync(sessionPath(state, bob), session);
        },
      },
    ],
    ['has no pointer to it', 'a wait', { prepare: ({ pointer }) => rmSync(pointer) }],
    [
      'has a pointer that others can write',
      'a wait',
      { prepare: ({ pointer }) => chmodSync(pointer, 0o620) },
    ],
  ])('that %s leads to %s', async (_what, expected, given) => {
    expect(await outcomeOf(given)).toBe(expected);
  });

  const testAsRoot = uid === 0 ? test : test.skip;
  testAsRoot.each(['outline', 'session', 'pointer'] as const)(
    'whose %s belongs to another user leads to a wait',
    async (file) => {
      const prepare = (files: Files) => chownSync(files[file], 12_345, 12_345);
      expect(await outcomeOf({ prepare })).toBe('a wait');
    },
  );
});

test('a session that another process stores in the meantime is found by looking again', async () => {
  const { env, state, session } = await newFiles();
  renameSync(session, `${session}.later`);
  const seen: unknown[] = [];
  const token = warm(['token', provider], {
    env,
    now: () => receivedAt,
    onMiss: (leader, look) => {
      seen.push(leader, look());
      renameSync(`${session}.later`, session);
      return look();
    },
  });
  expect(token).toBe('token');
  expect(seen).toEqual([join(state, 'leaders', 'my-api.default'), undefined]);
});

test('without onMiss, a missing session is left to the program', async () => {
  const { env } = await newFiles();
  const now = () => receivedAt;
  expect(warm(['token', 'other'], { env, now })).toBeUndefined();
});

describe('a server that nothing but the session names', () => {
  const away = keyOf({ baseUrl: 'https://away.example' });
  const told = async (args: readonly string[], prepare?: (files: Files) => unknown) => {
    const files = await newFiles();
    await files.save(away, 'away');
    await prepare?.(files);
    const { platform } = process;
    const world = { env: files.env, platform, uid, version, now: () => receivedAt + minute };
    return warmToken(readLine(args), world);
  };

  test('is told with its token', async () => {
    expect(await told(['token', provider])).toEqual({
      token: 'away',
      notice:
        'notice: the token is for https://away.example, a server known only from the last session',
    });
  });

  test.each<[string, readonly string[], (files: Files) => unknown]>([
    ['with --quiet', ['token', provider, '-q'], () => {}],
    [
      'where the config names it too',
      ['token', provider],
      ({ setConfig }) => setConfig({ [provider]: { base_url: 'https://away.example' } }),
    ],
    [
      'where the declaration names it too',
      ['token', provider],
      ({ saveOutline }) =>
        saveOutline({
          ...outline,
          environments: [{ name: 'away', baseUrl: 'https://away.example/' }],
        }),
    ],
  ])('is not told %s', async (_what, args, prepare) => {
    expect(await told(args, prepare)).toEqual({ token: 'away' });
  });
});

function linkTo(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}
