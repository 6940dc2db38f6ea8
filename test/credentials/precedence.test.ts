/** Which source gives a field, of those that can be looked at without asking anybody. */
import { describe, expect, test } from '@jest/globals';
import { candidatesFor, type Sources, valueAtHand } from '../../src/credentials/precedence.ts';

const user = { name: 'user', secret: false };
const password = { name: 'password', secret: true };

/** What each source has of a field. */
interface Has {
  readonly flag?: string;
  readonly variable?: string;
  /** In the profile that is used. */
  readonly profile?: string | { readonly command: string };
  /** Of the provider itself, which is the profile `default`'s too. */
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
    'the config, not by an empty variable',
    user,
    { variable: '', provider: 'c' },
    ['the config'],
    'c',
  ],
  [
    'the provider in the config, not by an empty setting of the profile',
    user,
    { profile: '', provider: 'c' },
    ['the config'],
    'c',
  ],
  [
    'a command of the config, whose value is not at hand',
    user,
    { provider: command },
    ["the config's command"],
    undefined,
  ],
  [
    'a command of the config for a secret',
    password,
    { profile: command },
    ["the config's command"],
    undefined,
  ],
  [
    'a variable before a command of the config',
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

test('a provider’s own setting is no other profile’s', () => {
  expect(candidatesFor(sourcesOf('user', { provider: 'c' }, 'work'), user)).toEqual([]);
  expect(valueAtHand(sourcesOf('user', { provider: 'c', profile: 'p' }, 'work'), user)).toBe('p');
});

describe('what is wrong in the config at a field', () => {
  const inClear = sourcesOf('password', { flag: 'f', provider: 'canary' });
  const noText = {
    ...sourcesOf('user', { variable: 'v' }),
    config: { path: 'config.json', settings: { 'my-api': { user: 1 } } },
  };

  test.each([
    ['a secret in clear', inClear, password],
    ['no text', noText, user],
  ])('is an error, whatever else gives the field: %s', (_what, sources, field) => {
    expect(() => candidatesFor(sources, field)).toThrow(
      expect.objectContaining({
        code: 'config_broken',
        message: expect.not.stringContaining('canary'),
      }),
    );
  });

  test('is not in the way of who wants to know the account alone', () => {
    expect(valueAtHand(inClear, password)).toBe('f');
    expect(valueAtHand({ ...inClear, given: new Map() }, password)).toBeUndefined();
    expect(valueAtHand(noText, user)).toBe('v');
    expect(() => valueAtHand({ ...noText, env: {} }, user)).toThrow('is wrong at my-api.user');
  });
});
