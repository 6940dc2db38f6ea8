import { describe, expect, test } from '@jest/globals';
import {
  baseUrlMissing,
  isNamed,
  resolveServer,
  type ServerSources,
} from '../../src/client/server.ts';
import type { Server } from '../../src/credentials/gate.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import type { ErrorCode } from '../../src/errors.ts';

const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  environments: [
    { name: 'live', baseUrl: 'https://live.example/v1' },
    { name: 'test', baseUrl: 'https://test.example/v1' },
  ],
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request: { method: 'POST', path: '/' } }],
  answer: { token: '/token' },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};
const { environments: _, ...selfHosted } = declaration;

function resolve(given: Partial<ServerSources>, provider: Declaration = declaration) {
  return resolveServer(provider, {
    env: {},
    setting: undefined,
    allowHttp: false,
    hostValue: () => undefined,
    ...given,
  });
}

const flag = { baseUrl: 'https://flag.example' };
const url = { env: { MY_API_BASE_URL: 'https://env.example' } };
const variable = { env: { MY_API_ENVIRONMENT: 'test' } };
const setting = { setting: { baseUrl: 'https://config.example' } };

describe('the server is', () => {
  test.each<[string, Partial<ServerSources>, string]>([
    ['the default', {}, 'https://live.example/v1'],
    ['that of the config, before the default', setting, 'https://config.example'],
    [
      'the environment that the config names',
      { setting: { environment: 'test' } },
      'https://test.example/v1',
    ],
    ['that of a variable, before the config', { ...url, ...setting }, 'https://env.example'],
    [
      'the environment that a variable names',
      { ...variable, ...setting },
      'https://test.example/v1',
    ],
    [
      'that of --base-url, before a variable',
      { ...flag, ...url, ...setting },
      'https://flag.example',
    ],
    ['that of -e, before a variable', { environment: 'live', ...url }, 'https://live.example/v1'],
    [
      'the default, if the variables are empty',
      { env: { MY_API_BASE_URL: '', MY_API_ENVIRONMENT: '' } },
      'https://live.example/v1',
    ],
    [
      'that of one variable, if the other is empty',
      { env: { MY_API_BASE_URL: '', MY_API_ENVIRONMENT: 'test' } },
      'https://test.example/v1',
    ],
    [
      'that of a flag, even if two variables contradict each other',
      { ...flag, env: { ...url.env, ...variable.env } },
      'https://flag.example',
    ],
    [
      'without a slash at its end',
      { baseUrl: 'https://flag.example/v1//' },
      'https://flag.example/v1',
    ],
    [
      'without the default port, with a host in lower case',
      { baseUrl: 'HTTPS://FLAG.example:443/V1' },
      'https://flag.example/V1',
    ],
    ['plain http on this machine', { baseUrl: 'http://127.0.0.1:8080' }, 'http://127.0.0.1:8080'],
    [
      'plain http elsewhere, if that is allowed',
      { baseUrl: 'http://flag.example', allowHttp: true },
      'http://flag.example',
    ],
  ])('%s', (_what, given, expected) => {
    const found = resolve(given);
    expect(found?.url).toBe(expected);
    expect(found?.origin).toBe(new URL(expected).origin);
  });

  test.each<[string, Partial<ServerSources>, Server['chosenBy'], boolean]>([
    ['by default', {}, 'declaration', false],
    ['by an empty variable', { env: { MY_API_BASE_URL: '' } }, 'declaration', false],
    ['by a variable', variable, 'variable', true],
    ['by a variable with a URL', url, 'variable', true],
    ['by a flag that names the default', { environment: 'live' }, 'flag', true],
    ['by a flag, before a variable', { ...flag, ...url }, 'flag', true],
    ['by the config', setting, 'config', true],
    ['by an environment in the config', { setting: { environment: 'test' } }, 'config', true],
  ])('known to be chosen %s', (_what, sources, chosenBy, named) => {
    const server = resolve(sources);
    expect(server?.chosenBy).toBe(chosenBy);
    expect(isNamed(server)).toBe(named);
  });

  test('undefined for a self-hosted provider, if nothing chooses it', () => {
    expect(resolve({}, selfHosted)).toBeUndefined();
    expect(resolve(flag, selfHosted)?.url).toBe('https://flag.example');
  });

  test('marked with the variable that chose it, since no command of the config runs for it', () => {
    expect(resolve(url)?.variable).toBe('MY_API_BASE_URL');
    expect(resolve({ ...variable, ...setting })?.variable).toBe('MY_API_ENVIRONMENT');
    for (const given of [{}, flag, setting, { ...flag, ...url }, { ...flag, ...variable }]) {
      expect(resolve(given)).not.toHaveProperty('variable');
    }
  });
});

describe('the server is refused', () => {
  test.each<[string, Partial<ServerSources>, ErrorCode, string]>([
    [
      'two flags',
      { ...flag, environment: 'live' },
      'usage',
      '--base-url and --environment cannot be used together',
    ],
    [
      'two variables',
      { env: { ...url.env, ...variable.env } },
      'usage',
      'MY_API_BASE_URL and MY_API_ENVIRONMENT cannot be used together',
    ],
    [
      'an unknown environment',
      { environment: 'prod' },
      'usage',
      '--environment names an environment that my-api does not have',
    ],
    [
      'one in a variable',
      { env: { MY_API_ENVIRONMENT: 'prod' } },
      'usage',
      'MY_API_ENVIRONMENT names an environment',
    ],
    [
      'one in the config',
      { setting: { environment: 'prod' } },
      'usage',
      'the config names an environment',
    ],
    [
      'one by an odd name',
      { environment: '__proto__' },
      'usage',
      '--environment names an environment',
    ],
    ['plain http', { baseUrl: 'http://flag.example' }, 'base_url_refused', 'plain http'],
    [
      'plain http in a variable',
      { env: { MY_API_BASE_URL: 'http://env.example' } },
      'base_url_refused',
      'plain http',
    ],
    [
      'plain http in the config',
      { setting: { baseUrl: 'http://config.example' } },
      'base_url_refused',
      'plain http',
    ],
    ['a host instead of a URL', { baseUrl: 'flag.example' }, 'base_url_refused', 'not a valid URL'],
    ['an empty URL', { baseUrl: '' }, 'base_url_refused', 'not a valid URL'],
    [
      'a password in it',
      { baseUrl: 'https://a:b@flag.example' },
      'base_url_refused',
      'a user name or password',
    ],
  ])('with %s', (_what, given, code, message) => {
    expect(() => resolve(given)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('with a hint that names the environments', () => {
    const hint = (provider: Declaration) => {
      try {
        return resolve({ environment: 'prod' }, provider)?.url;
      } catch (error) {
        return error;
      }
    };
    expect(hint(declaration)).toMatchObject({ details: { hint: 'it has live, test' } });
    expect(hint(selfHosted)).toMatchObject({ details: { hint: 'use --base-url' } });
  });
});

test('a missing server names its flag and its variable', () => {
  expect(baseUrlMissing(selfHosted)).toMatchObject({
    code: 'base_url_missing',
    message: 'missing for My API: the base URL of your server (--base-url or MY_API_BASE_URL)',
    details: { provider: 'my-api', hint: 'authctl help credentials' },
  });
});

test('the hint for a field in the host is a command that needs neither a keychain nor a terminal', () => {
  expect(baseUrlMissing(selfHosted, ['tenant'])).toMatchObject({
    message: 'missing for My API: tenant (--tenant or MY_API_TENANT)',
    details: { hint: 'authctl help credentials' },
  });
});
