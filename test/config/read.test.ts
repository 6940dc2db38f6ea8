import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Config, keychainAccounts } from '../../src/config/document.ts';
import { baseUrlSetting, fieldSetting, parseConfig, readConfig } from '../../src/config/read.ts';
import { AuthctlError } from '../../src/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-read-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const cid = { name: 'cid', secret: false };
const apicode = { name: 'apicode', secret: true };

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function configOf(settings: unknown): Config {
  const path = '/home/me/config.json';
  return { path, settings: parseConfig(path, Buffer.from(JSON.stringify(settings))) };
}

function errorOf(action: () => unknown): AuthctlError {
  try {
    action();
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the config file', () => {
  test.each([
    ['a missing file', join(directory, 'none.json')],
    ['a file in a directory that is a file', join(write('plain', 'x'), 'config.json')],
    ['a file without a byte', write('empty.json', '')],
    ['a file of white space', write('blank.json', ' \r\n\t\n')],
    ['a file with only a byte order mark', write('bom-only.json', '\uFEFF\n')],
  ])('%s is an empty config', (_what, path) => {
    expect(readConfig(path, () => {})).toEqual({ path, settings: {} });
  });

  test('may have a byte order mark and Windows line endings', () => {
    const path = write('bom.json', '\uFEFF{\r\n  "ropo": {"cid": "1"}\r\n}\r\n');
    expect(
      fieldSetting(
        readConfig(path, () => {}),
        'ropo',
        'default',
        cid,
      ),
    ).toEqual({
      key: 'ropo.cid',
      value: '1',
    });
  });

  test.each([
    ['broken JSON', '{\n  "ropo": {"cid": canary}\n}', 'is not valid JSON (line 2, column 19)'],
    ['an array', '["canary"]', 'is not a JSON object'],
    ['UTF-16', Buffer.from('\uFEFF{"canary":1}', 'utf16le'), 'is not UTF-8 text'],
  ])('cannot be %s, and the error does not quote it', (_what, content, words) => {
    const path = write('broken.json', content);
    const error = errorOf(() => readConfig(path, () => {}));
    expect(error).toMatchObject({ exitCode: 9, message: `the config file ${path} ${words}` });
    expect(error.cause).toBeUndefined();
  });

  test('cannot be a directory', () => {
    const path = join(directory, 'folder.json');
    mkdirSync(path);
    expect(errorOf(() => readConfig(path, () => {})).message).toBe(
      `the config file ${path} is not a file`,
    );
  });

  const onPosix = process.platform === 'win32' ? test.skip : test;
  onPosix('cannot be a FIFO, and opening it does not block', () => {
    const path = join(directory, 'fifo.json');
    execFileSync('mkfifo', [path]);
    expect(errorOf(() => readConfig(path, () => {})).message).toBe(
      `the config file ${path} is not a file`,
    );
  });
});

describe('a field', () => {
  const command = { command: ['op', 'read', 'op://x'] };
  test.each([
    ['is read from the provider', { ropo: { cid: '1' } }, 'default', 'ropo.cid', '1'],
    [
      'is read from the default profile before the provider',
      { ropo: { cid: '1' }, profiles: { default: { ropo: { cid: '2' } } } },
      'default',
      'profiles.default.ropo.cid',
      '2',
    ],
    [
      'is read from a profile with a dot in its name',
      { profiles: { 'a.b': { ropo: { cid: '3' } } } },
      'a.b',
      'profiles.a.b.ropo.cid',
      '3',
    ],
    [
      'counts as not given if it is empty',
      { ropo: { cid: '1' }, profiles: { default: { ropo: { cid: '' } } } },
      'default',
      'ropo.cid',
      '1',
    ],
  ])('%s', (_what, settings, profile, key, value) => {
    expect(fieldSetting(configOf(settings), 'ropo', profile, cid)).toEqual({ key, value });
  });

  test.each([
    ['the provider for another profile', { ropo: { cid: '1' } }, 'work'],
    ['inherited properties', {}, '__proto__'],
    ['inherited properties', { profiles: {} }, 'constructor'],
  ])('is not read from %s', (_what, settings, profile) => {
    const config = configOf(settings);
    expect(fieldSetting(config, 'ropo', profile, cid)).toBeUndefined();
    expect(fieldSetting(config, 'constructor', profile, { ...cid, name: 'name' })).toBeUndefined();
  });

  test('may be in a profile called __proto__', () => {
    const text = '{"profiles": {"__proto__": {"ropo": {"cid": "7"}}}}';
    const config = { path: 'c', settings: parseConfig('c', Buffer.from(text)) };
    expect(fieldSetting(config, 'ropo', '__proto__', cid)).toMatchObject({ value: '7' });
    expect(fieldSetting(config, 'ropo', 'other', cid)).toBeUndefined();
  });

  test.each([
    ['a program and its arguments', command],
    ['a command line for a shell', { command: 'pass ropo | head -1' }],
  ])('may be %s', (_what, value) => {
    const config = configOf({ ropo: { apicode: value } });
    expect(fieldSetting(config, 'ropo', 'default', apicode)).toEqual({
      key: 'ropo.apicode',
      ...value,
    });
  });

  test('that is a secret cannot be in plain text', () => {
    const config = configOf({ profiles: { work: { ropo: { apicode: 'canary' } } } });
    const error = errorOf(() => fieldSetting(config, 'ropo', 'work', apicode));
    expect(error.message).toBe(
      'the config file /home/me/config.json holds the secret profiles.work.ropo.apicode in plain text',
    );
    expect(error.details.hint).toBe('authctl config unset profiles.work.ropo.apicode');
  });

  test.each([
    ['ropo', { ropo: 'canary' }],
    ['profiles', { profiles: ['canary'] }],
    ['profiles.default', { profiles: { default: 'canary' } }],
    ['ropo.cid', { ropo: { cid: 4711 } }],
    ['ropo.cid', { ropo: { cid: null } }],
    ['ropo.cid', { ropo: { cid: { command: [] } } }],
    ['ropo.cid', { ropo: { cid: { command: ['op', 4711] } } }],
    ['ropo.cid', { ropo: { cid: { command: ' ' } } }],
    ['ropo.cid', { ropo: { cid: { comand: 'canary' } } }],
  ])('of the wrong type is refused, and the error names its key %s', (key, settings) => {
    const error = errorOf(() => fieldSetting(configOf(settings), 'ropo', 'default', cid));
    expect(error.exitCode).toBe(9);
    expect(error.message).toContain(`config.json is wrong at ${key}: `);
    expect(error.message).not.toMatch(/canary|4711/);
  });
});

describe('the base URL', () => {
  const own = { base_url: 'https://own.example' };
  test.each([
    ["is the provider's, in every profile", { pegase3: own }, { baseUrl: own.base_url }],
    [
      "is the profile's, before the provider's",
      { pegase3: own, profiles: { work: { pegase3: { environment: 'test' } } } },
      { environment: 'test' },
    ],
    ['may be missing', { ropo: own }, undefined],
    ['may be empty', { pegase3: { base_url: '' } }, undefined],
  ])('%s', (_what, settings, expected) => {
    expect(baseUrlSetting(configOf(settings), 'pegase3', 'work')).toEqual(expected);
  });

  test.each([
    [
      'set together with an environment',
      { ...own, environment: 'test' },
      'sets both profiles.work.pegase3.base_url and profiles.work.pegase3.environment',
    ],
    ['a command', { base_url: { command: 'x' } }, 'pegase3.base_url: expected a string'],
  ])('cannot be %s', (_what, level, words) => {
    const error = errorOf(() =>
      baseUrlSetting(configOf({ profiles: { work: { pegase3: level } } }), 'pegase3', 'work'),
    );
    expect(error.exitCode).toBe(9);
    expect(error.message).toContain(words);
  });
});

test('the keychain accounts are a list of strings', () => {
  const accounts = ['ropo/default/apicode@https://ropo24.fi'];
  expect(keychainAccounts(configOf({ keychain_accounts: accounts }))).toEqual(accounts);
  expect(keychainAccounts(configOf({}))).toEqual([]);
  const wrong = configOf({ keychain_accounts: [1] });
  expect(errorOf(() => keychainAccounts(wrong)).exitCode).toBe(9);
});

test('no content of the file causes any other error than a broken config', () => {
  const value = fc.oneof(fc.string(), fc.jsonValue(), fc.record({ command: fc.jsonValue() }));
  const names = ['cid', 'apicode', 'base_url', 'environment', '__proto__', 'toString'];
  const level = (keys: string[], values: fc.Arbitrary<unknown>) =>
    fc.oneof(fc.dictionary(fc.constantFrom(...keys), values), values);
  const provider = level(['ropo', 'constructor', '__proto__'], level(names, value));
  const text = fc
    .record(
      {
        ropo: level(names, value),
        profiles: level(['default', '__proto__'], provider),
        keychain_accounts: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((settings) => Buffer.from(JSON.stringify(settings)));
  const only9 = (action: () => unknown) => {
    try {
      return action();
    } catch (error) {
      expect(error).toMatchObject({ name: 'AuthctlError', code: 'config_broken' });
      return undefined;
    }
  };
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array()), (bytes) => {
      const settings = only9(() => parseConfig('c', bytes));
      if (settings === undefined) return;
      const config = { path: 'c', settings: parseConfig('c', bytes) };
      for (const profile of ['default', '__proto__', 'toString']) {
        only9(() => fieldSetting(config, 'ropo', profile, cid));
        only9(() => fieldSetting(config, 'ropo', profile, apicode));
        only9(() => fieldSetting(config, 'constructor', profile, { name: 'name', secret: true }));
        only9(() => baseUrlSetting(config, 'ropo', profile));
      }
      only9(() => keychainAccounts(config));
    }),
    { numRuns: 500 },
  );
});
