/** Which of flags, variables and config gives a field. */
import { describe, expect, test } from '@jest/globals';
import { candidatesFor, type Sources, valueAtHand } from '../../src/credentials/precedence.ts';

const user = { name: 'user', secret: false };
const password = { name: 'password', secret: true };

/** What each source has for a field. */
interface Has {
  readonly flag?: string;
  readonly variable?: string;
  /** The config's setting in the profile. */
  readonly profile?: string | { readonly command: string };
  /** The config's setting of the provider, which also belongs to the profile `default`. */
  readonly provider?: string | { readonly command: string };
}

function sourcesOf(field: string, has: Has, profile = 'default'): Sources {
  const { flag, variable } = has;
  return {
    provider: 'my-api',
    profile,
    given: new Map(
      flag === undefined
        ? []
        : [[field, { value: flag, origin: `--${field}-stdin`, exposed: false }]],
    ),
    env: { [`MY_API_${field.toUpperCase()}`]: variable },
    config: {
      path: 'config.json',
      settings: {
        profiles: { [profile]: { 'my-api': { [field]: has.profile } } },
        'my-api': { [field]: has.provider },
      },
    },
  };
}

const command = { command: 'pass' };

test.each<[string, typeof user, Has, string[], string | undefined]>([
  ['nothing', user, {}, [], undefined],
  ['a flag', user, { flag: 'f' }, ['--user-stdin'], 'f'],
  ['a variable', user, { variable: 'v' }, ['MY_API_USER'], 'v'],
  ['the config', user, { provider: 'c' }, ['the config'], 'c'],
  ['the profile in the config', user, { profile: 'p', provider: 'c' }, ['the config'], 'p'],
  [
    'a flag before a variable before the config',
    user,
    { flag: 'f', variable: 'v', provider: 'c' },
    ['--user-stdin', 'MY_API_USER', 'the config'],
    'f',
  ],
  [
    'a variable before the config',
    user,
    { variable: 'v', profile: 'p' },
    ['MY_API_USER', 'the config'],
    'v',
  ],
  [
    'the config, if the variable is empty',
    user,
    { variable: '', provider: 'c' },
    ['the config'],
    'c',
  ],
  [
    'the provider in the config, if the profile’s setting is empty',
    user,
    { profile: '', provider: 'c' },
    ['the config'],
    'c',
  ],
  [
    'a command in the config, which is not run',
    user,
    { provider: command },
    ["the config's command"],
    undefined,
  ],
  [
    'a command in the config for a secret',
    password,
    { profile: command },
    ["the config's command"],
    undefined,
  ],
  [
    'a variable before a command in the config',
    password,
    { variable: 'v', provider: command },
    ['MY_API_PASSWORD', "the config's command"],
    'v',
  ],
])('a field is given by %s', (_what, field, has, origins, value) => {
  const sources = sourcesOf(field.name, has);
  expect(candidatesFor(sources, field).map(({ origin }) => origin)).toEqual(origins);
  expect(valueAtHand(sources, field)).toBe(value);
});

test('a provider’s setting belongs to the default profile only', () => {
  expect(candidatesFor(sourcesOf('user', { provider: 'c' }, 'work'), user)).toEqual([]);
  expect(valueAtHand(sourcesOf('user', { provider: 'c', profile: 'p' }, 'work'), user)).toBe('p');
});

describe('an error in the config', () => {
  const inClear = sourcesOf('password', { flag: 'f', provider: 'canary' });
  const notString = {
    ...sourcesOf('user', { variable: 'v' }),
    config: { path: 'config.json', settings: { 'my-api': { user: 1 } } },
  };

  test.each([
    ['a secret in clear', inClear, password],
    ['a value that is not a string', notString, user],
  ])('is reported even if another source gives the field: %s', (_what, sources, field) => {
    expect(() => candidatesFor(sources, field)).toThrow(
      expect.objectContaining({
        code: 'config_broken',
        message: expect.not.stringContaining('canary'),
      }),
    );
  });

  test('is ignored for the account of a command, if another source gives the field', () => {
    expect(valueAtHand(inClear, password)).toBe('f');
    expect(valueAtHand({ ...inClear, given: new Map() }, password)).toBeUndefined();
    expect(valueAtHand(notString, user)).toBe('v');
    expect(() => valueAtHand({ ...notString, env: {} }, user)).toThrow('is wrong at my-api.user');
  });
});
