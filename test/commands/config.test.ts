import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { openRun } from '../../src/cli/open-run.ts';
import { configGet } from '../../src/commands/config/get.ts';
import { configList } from '../../src/commands/config/list.ts';
import { configPath } from '../../src/commands/config/path.ts';
import { configSet } from '../../src/commands/config/set.ts';
import { configUnset } from '../../src/commands/config/unset.ts';
import type { Context } from '../../src/context.ts';
import { providers } from '../../src/providers/index.ts';
import { createRedactor } from '../../src/secrets/redact.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-config-'));
const config = join(root, 'config');
const path = join(config, 'config.json');
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => rmSync(config, { recursive: true, force: true }));

const no = (): never => {
  throw new Error('config must not use this');
};

/** A run, with its output and notices. */
function runOf({ profile = '', isTTY = false } = {}) {
  const printed: string[] = [];
  const notices: string[] = [];
  const context: Context = {
    env: {},
    platform: process.platform,
    uid: process.getuid?.(),
    pid: 1,
    nodeVersion: process.versions.node,
    isAlive: no,
    // The user may be asked, and is not.
    stdin: { isTTY: true, read: no },
    stdout: { isTTY, write: async (text) => void printed.push(text) },
    stderr: {
      isTTY: true,
      write: async (text) => void notices.push(text.replace(/^authctl: (.*)\n$/, '$1')),
    },
    clock: systemClock,
    uuid: no,
    directories: () => ({ config, state: '' }),
    send: no,
    // Only asked whether it answers, for a hint.
    keychain: async () => ({ get: async () => ({ state: 'answered' }), set: no, delete: no }),
    prompt: { say: no, ask: no },
    hasTerminal: () => false,
    converse: no,
    onSignal: no,
    endBy: no,
    inherited: no,
    signalGroup: () => {},
    parentProcess: no,
  };
  const run = openRun(
    { context, secrets: createRedactor(), errorFormat: 'text', version: '1.2.3' },
    profile === '' ? {} : { profile },
  );
  return { run, notices, stdout: () => printed.join('') };
}

function put(settings: unknown): void {
  mkdirSync(config, { recursive: true });
  writeFileSync(path, JSON.stringify(settings));
}

const file = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

async function set(
  key: string,
  values: readonly string[],
  { profile = '', command = false, allowHttp = false } = {},
) {
  const { run, notices } = runOf({ profile });
  await configSet(run, providers, { key, values, command, allowHttp });
  return notices;
}

async function get(key: string, options = {}) {
  const { run, stdout } = runOf(options);
  await configGet(run, providers, { key });
  return stdout();
}

describe('config set', () => {
  test.each([
    ['ropo.cid', '', { ropo: { cid: '1' } }],
    ['ropo.cid', 'work', { profiles: { work: { ropo: { cid: '1' } } } }],
    ['profiles.work.ropo.cid', '', { profiles: { work: { ropo: { cid: '1' } } } }],
    ['profiles.work.ropo.cid', 'work', { profiles: { work: { ropo: { cid: '1' } } } }],
    ['profiles.a.b.ropo.cid', '', { profiles: { 'a.b': { ropo: { cid: '1' } } } }],
    ['ropo.cid', '__proto__', JSON.parse('{"profiles":{"__proto__":{"ropo":{"cid":"1"}}}}')],
  ])('%s with the profile "%s" sets what config get prints', async (key, profile, settings) => {
    await set(key, ['1'], { profile });
    expect(file()).toEqual(settings);
    expect(await get(key, { profile })).toBe('1\n');
  });

  test.each([
    ['one argument is a shell command line', ['pass ropo | head -1'], 'pass ropo | head -1'],
    ['several arguments are a program and its arguments', ['op', 'read', ''], ['op', 'read', '']],
  ])('takes a command for a secret: %s', async (_what, values, command) => {
    await set('ropo.apicode', values, { command: true });
    expect(file()).toEqual({ ropo: { apicode: { command } } });
    expect(JSON.parse(await get('ropo.apicode'))).toEqual({ command });
  });

  test('of a URL that would be refused is refused', async () => {
    const plain = set('ropo.base_url', ['http://10.0.0.1/rest']);
    await expect(plain).rejects.toMatchObject({
      exitCode: 2,
      details: { hint: expect.stringContaining('--allow-http') },
    });
    expect(await set('ropo.base_url', ['http://10.0.0.1/rest'], { allowHttp: true })).toEqual([]);
    expect(await set('ropo.base_url', ['http://127.0.0.1:8080'])).toEqual([]);
  });

  test('of a base URL replaces the environment of the same provider and profile, with a notice', async () => {
    put({ ropo: { environment: 'se' }, profiles: { work: { ropo: { environment: 'no' } } } });
    const notices = await set('ropo.base_url', ['https://10.0.0.1/rest/']);
    expect(notices).toEqual(['removed ropo.environment, which this replaces']);
    await set('ropo.environment', ['fi-test'], { profile: 'work' });
    expect(file()).toEqual({
      ropo: { base_url: 'https://10.0.0.1/rest/' },
      profiles: { work: { ropo: { environment: 'fi-test' } } },
    });
  });

  test('of a secret is refused, with a hint to store it in the keychain', async () => {
    const setting = set('ropo.apicode', ['canary'], { profile: 'work' });
    await expect(setting).rejects.toMatchObject({
      exitCode: 2,
      message: expect.not.stringContaining('canary'),
      details: { hint: 'authctl credentials set ropo --profile work' },
    });
  });

  test.each([
    ['an unknown provider', 'rop.cid', ['1'], 'unknown_provider', /ropo, netnut/],
    ['an unknown field', 'ropo.sid', ['1'], 'usage', /it has cid, apicode, base_url/],
    ['a bare word', 'ropo', ['1'], 'usage', /<provider>.<field>/],
    ['a profile without a name', 'profiles..ropo.cid', ['1'], 'usage', /./],
    ['a property that every object inherits', 'ropo.constructor', ['1'], 'usage', /./],
    ['the list of keychain accounts', 'keychain_accounts', ['1'], 'usage', /./],
    ['an undeclared environment', 'ropo.environment', ['dk'], 'usage', /fi-test/],
    [
      'an environment of a provider without environments',
      'pegase3.environment',
      ['x'],
      'usage',
      /config set pegase3.base_url$/,
    ],
    ['an invalid URL', 'pegase3.base_url', ['pay'], 'base_url_refused', /./],
    ['a URL with a password', 'ropo.base_url', ['https://a:b@c.d'], 'base_url_refused', /./],
    ['an empty value', 'ropo.cid', [''], 'usage', /config unset ropo.cid/],
    ['two values', 'ropo.cid', ['1', '2'], 'usage', /quote/],
  ])('of %s is wrong usage', async (_what, key, values, code, hint) => {
    await expect(set(key, values)).rejects.toMatchObject({
      exitCode: 2,
      code,
      details: { hint: expect.stringMatching(hint) },
    });
    expect(() => file()).toThrow();
  });

  test.each([
    ['two profiles', 'profiles.home.ropo.cid', ['1'], { profile: 'work' }],
    ['a command for a base URL', 'ropo.base_url', ['x'], { command: true }],
    ['an empty command', 'ropo.apicode', [' '], { command: true }],
  ])('with %s is wrong usage', async (_what, key, values, options) => {
    await expect(set(key, values, options)).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('config get', () => {
  test.each([
    ['a setting', 'ropo.cid', 'authctl config set ropo.cid'],
    ['a secret', 'ropo.apicode', 'authctl config set ropo.apicode --command'],
  ])('of %s that is not set has a hint how to set it', async (_what, key, hint) => {
    await expect(get(key)).rejects.toMatchObject({
      exitCode: 3,
      code: 'setting_missing',
      details: { hint },
    });
  });

  test.each([
    ['a secret', 'ropo.apicode', { apicode: 'canary' }],
    ['a password in a base URL', 'ropo.base_url', { base_url: 'https://me:canary@host' }],
  ])('never prints %s', async (_what, key, ropo) => {
    put({ ropo });
    await expect(get(key)).rejects.toMatchObject({
      exitCode: 9,
      message: expect.not.stringContaining('canary'),
    });
  });

  test('does not call every @ in a base URL a password', async () => {
    put({ ropo: { base_url: 'https://host/@team' } });
    await expect(get('ropo.base_url')).rejects.toMatchObject({
      message: `the config file ${path} may contain a user name or password in ropo.base_url`,
    });
  });

  test('prints the value unchanged for a program, and escaped on a terminal', async () => {
    put({ ropo: { cid: 'a\u001b]0;title\u0007\nb' } });
    expect(await get('ropo.cid')).toBe('a\u001b]0;title\u0007\nb\n');
    expect(await get('ropo.cid', { isTTY: true })).toMatch(/^[ -~]+\n$/);
  });
});

describe('config unset', () => {
  const unset = (key: string, profile = '') =>
    configUnset(runOf({ profile }).run, providers, { key });

  test('removes a setting, and objects that become empty', async () => {
    put({ ropo: { cid: '1' }, profiles: { work: { ropo: { cid: '2' } } } });
    await unset('ropo.cid', 'work');
    expect(file()).toEqual({ ropo: { cid: '1' } });
  });

  test.each([
    ['a secret in clear', 'ropo.apicode'],
    ['a value of the wrong type', 'ropo.cid'],
    ['an unknown setting', 'old.thing'],
  ])('can remove %s', async (_what, key) => {
    put({ ropo: { apicode: 'canary', cid: 1 }, old: { thing: 'x' } });
    await unset(key);
    expect(JSON.stringify(file())).not.toContain(`"${key.split('.')[1]}"`);
  });

  test('of a setting that is not set is exit 3, and of an unknown setting exit 2', async () => {
    await expect(unset('ropo.cid')).rejects.toMatchObject({ exitCode: 3 });
    await expect(unset('ropo.sid')).rejects.toMatchObject({ exitCode: 2 });
    expect(() => file()).toThrow();
  });
});

describe('config list', () => {
  const settings = {
    $schema: 'x',
    ropo: { cid: 'a\nropo.cid=b', apicode: 'canary-1', environment: '' },
    profiles: { work: { ropo: { cid: '2', apicode: { command: 'echo canary-2' } } } },
    pegase3: { base_url: 'https://me:canary-3@host' },
    unknown: { password: 'canary-4' },
    keychain_accounts: ['ropo/default/apicode@https://ropo24.fi'],
  };
  const list = async (options = {}, json = false) => {
    const { run, notices, stdout } = runOf(options);
    await configList(run, providers, { json });
    return { notices, stdout: stdout() };
  };

  test('shows every setting on its own line, and no secret', async () => {
    put(settings);
    expect(await list()).toEqual({
      stdout: [
        'ropo.cid=a\\nropo.cid=b',
        'ropo.apicode=***',
        'pegase3.base_url=***',
        'unknown.password=***',
        'profiles.work.ropo.cid=2',
        'profiles.work.ropo.apicode=(command)',
        '',
      ].join('\n'),
      notices: [
        'ropo.apicode is a secret in plain text',
        'pegase3.base_url may contain a user name or password',
        'unknown.password is not a known setting',
      ],
    });
  });

  test('is one JSON object with -o json', async () => {
    put(settings);
    expect(JSON.parse((await list({}, true)).stdout)).toMatchObject({
      'ropo.cid': 'a\nropo.cid=b',
      'ropo.apicode': '***',
    });
    put({});
    expect((await list({}, true)).stdout).toBe('{}\n');
  });

  test('shows one profile with -p', async () => {
    put(settings);
    const { stdout } = await list({ profile: 'work' });
    expect(stdout).toBe('profiles.work.ropo.cid=2\nprofiles.work.ropo.apicode=(command)\n');
  });

  test.each([
    ['ropo', { ropo: 'canary' }],
    ['profiles', { profiles: 'canary' }],
    ['profiles.work', { profiles: { work: 'canary' } }],
    ['profiles.work.ropo', { profiles: { work: { ropo: 'canary' } } }],
    ['ropo.cid', { ropo: { cid: ['canary'] } }],
  ])('reports a value of the wrong type at %s', async (key, broken) => {
    put(broken);
    await expect(list()).rejects.toMatchObject({
      exitCode: 9,
      message: expect.stringMatching(new RegExp(` is wrong at ${key}: (?!.*canary)`)),
    });
  });
});

test('config path prints the path of the file, even if it does not exist', async () => {
  const { run, stdout } = runOf();
  await configPath(run);
  expect(stdout()).toBe(`${path}\n`);
});
