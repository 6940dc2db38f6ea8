import { describe, expect, test } from '@jest/globals';
import type { Candidate } from '../../src/credentials/candidate.ts';
import { type Server, whyUnshared, whyWithheld } from '../../src/credentials/gate.ts';

const value = 'canary';
const sources: Readonly<Record<string, Candidate>> = {
  flag: { kind: 'flag', origin: '--api-key', value },
  variable: { kind: 'environment', origin: 'MY_API_API_KEY', value },
  config: { kind: 'config', origin: 'the config', value },
  command: { kind: 'config', origin: "the config's command", command: ['pass'], key: 'my-api.a' },
  keychain: { kind: 'keychain', origin: 'the keychain', value },
  prompt: { kind: 'prompt', origin: 'the prompt', value },
};
const all = Object.keys(sources);

const at = { url: 'https://api.example/v1', origin: 'https://api.example' };
const chosenBy = {
  'a flag': { ...at, chosenBy: 'flag' },
  'a URL in a variable': { ...at, chosenBy: 'variable', variable: 'MY_API_BASE_URL' },
  'a name in a variable': { ...at, chosenBy: 'variable', variable: 'MY_API_ENVIRONMENT' },
  'the config': { ...at, chosenBy: 'config' },
  'the declaration': { ...at, chosenBy: 'declaration' },
  'an earlier session': { ...at, chosenBy: 'session' },
} as const satisfies Record<string, Server>;

describe('a server', () => {
  const others = all.filter((source) => source !== 'command');

  test.each<[keyof typeof chosenBy, 'secret' | 'plain value', readonly string[]]>([
    ['a flag', 'secret', all],
    ['a flag', 'plain value', all],
    ['a URL in a variable', 'secret', others],
    ['a URL in a variable', 'plain value', others],
    ['a name in a variable', 'secret', others],
    ['a name in a variable', 'plain value', others],
    ['the config', 'secret', all],
    ['the config', 'plain value', all],
    ['the declaration', 'secret', all],
    ['the declaration', 'plain value', all],
    ['an earlier session', 'secret', ['keychain']],
    ['an earlier session', 'plain value', all],
  ])('chosen by %s gets a %s from %j', (by, kind, allowed) => {
    const field = { name: 'api_key', secret: kind === 'secret' };
    const passed = Object.entries(sources).filter(
      ([, candidate]) => whyWithheld(candidate, field, chosenBy[by]) === undefined,
    );
    expect(passed.map(([source]) => source)).toEqual(allowed);
  });
});

describe('a credential that is withheld', () => {
  const field = { name: 'api_key', secret: true };

  test.each<[string, keyof typeof chosenBy, string]>([
    [
      'command',
      'a name in a variable',
      "the config's command for api_key is not run while MY_API_ENVIRONMENT chooses the server",
    ],
    [
      'command',
      'an earlier session',
      "the config's command is not sent to https://api.example/v1, a server known only from the last session",
    ],
    [
      'variable',
      'an earlier session',
      'MY_API_API_KEY is not sent to https://api.example/v1, a server known only from the last session',
    ],
  ])('is named with the reason: a %s, for a server chosen by %s', (source, by, reason) => {
    const candidate = sources[source];
    expect(candidate && whyWithheld(candidate, field, chosenBy[by])).toBe(reason);
  });
});

describe('a session that is made with', () => {
  const from = (kind: Candidate['kind']) => [{ kind, origin: `the ${kind}` }];

  test.each(['flag', 'environment', 'default'] as const)(
    'a secret of the %s is shared with any store',
    (kind) => {
      expect(whyUnshared('AUTHCTL_STORE', from(kind))).toBeUndefined();
    },
  );

  test.each(['config', 'keychain', 'prompt'] as const)(
    'a secret of the %s is shared with the store of the config only',
    (kind) => {
      expect(whyUnshared(undefined, from(kind))).toBeUndefined();
      const mixed = [...from('environment'), ...from(kind)];
      expect(whyUnshared('AUTHCTL_STORE', mixed)).toBe(
        `AUTHCTL_STORE chose the store, and the secret comes from the ${kind}`,
      );
    },
  );
});
