import { describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { requestValues, secretNames } from '../../src/declaration/values.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const provider: Pick<Declaration, 'fields' | 'derive' | 'answer'> = {
  fields: [
    { name: 'user', label: 'User', secret: false },
    { name: 'password', label: 'Password', secret: true },
    { name: 'realm', label: 'Realm', secret: false, optional: true },
  ],
  answer: {
    token: '/token',
    keep: {
      csrf: { at: '/csrf' },
      region: { at: '/region', secret: false },
      seal: { at: '/seal', secret: true },
    },
  },
  derive: {
    stamp: { time: { as: 's' } },
    salted: { sha256: { of: '{user}:{stamp}' } },
    hashed: { md5: { of: '{password}' } },
    signature: { hmac: { hash: 'sha256', key: '{hashed}', of: '{uuid}{now}{user}' } },
    realmed: { base64: { of: '{user}@{realm}' } },
    open: { hex: { of: '{region}' } },
    sealed: { hex: { of: '{csrf}' } },
    double: { base64: { of: '{realmed}' } },
  },
};
const given = { user: 'ann', password: 'a', region: 'eu', csrf: 'c' };

function valuesOf(more: { masked?: boolean; values?: Readonly<Record<string, string>> } = {}) {
  const secrets: string[] = [];
  let uuids = 0;
  const { values = given, masked } = more;
  const lookUp = requestValues(provider, {
    values: new Map(Object.entries(values)),
    uuid: () => `uuid-${++uuids}`,
    now,
    keepSecret: (secret) => secrets.push(secret),
    ...(masked !== undefined && { masked }),
  });
  return { lookUp, secrets };
}

describe('a value of a request', () => {
  test.each([
    ['user', 'ann'],
    ['password', 'a'],
    ['region', 'eu'],
    ['uuid', 'uuid-1'],
    ['now', '2026-01-02T03:04:05.678Z'],
    ['stamp', '1767323045'],
    ['hashed', '0cc175b9c0f1b6a831c399e269772661'],
    ['open', '6575'],
    ['realm', undefined],
    ['realmed', undefined],
    ['double', undefined],
    ['token', undefined],
    ['toString', undefined],
  ])('named %s is %j', (name, value) => {
    expect(valuesOf().lookUp(name)).toBe(value);
  });

  test('is the same wherever it stands', () => {
    const { lookUp } = valuesOf();
    expect([lookUp('uuid'), lookUp('uuid')]).toEqual(['uuid-1', 'uuid-1']);
    expect(lookUp('signature')).toBe(lookUp('signature'));
    expect(lookUp('uuid')).toBe('uuid-1');
  });

  test('is derived from the same generated values that are sent', () => {
    // As by `openssl dgst -sha256 -hmac 0cc175b9c0f1b6a831c399e269772661`.
    expect(valuesOf().lookUp('signature')).toBe(
      '965287dc0aaa8ae9cc12c68a6ddbf542d027d6e1398d16a92127c8c7556ee89a',
    );
  });

  test('is not rendered as a template', () => {
    const { lookUp } = valuesOf({
      values: { user: '{password}', password: '{{', realm: '{user}' },
    });
    expect(lookUp('user')).toBe('{password}');
    expect(Buffer.from(lookUp('realmed') ?? '', 'base64').toString()).toBe('{password}@{user}');
  });

  test('that is derived is kept out of the output if a secret is in it', () => {
    const { lookUp, secrets } = valuesOf();
    for (const name of ['stamp', 'salted', 'open', 'user', 'password', 'uuid']) lookUp(name);
    expect(secrets).toEqual([]);
    expect([lookUp('hashed'), lookUp('sealed')]).toEqual(secrets);
  });

  test('that is derived through another one is kept out of the output too, and so is that one', () => {
    const { lookUp, secrets } = valuesOf();
    const signature = lookUp('signature');
    expect(new Set(secrets)).toEqual(new Set([lookUp('hashed'), signature]));
  });
});

describe('where a request is shown,', () => {
  const shown = (name: string) => valuesOf({ masked: true }).lookUp(name);

  test.each(['password', 'csrf', 'hashed', 'signature', 'sealed'])('%s is masked', (name) => {
    expect(shown(name)).toBe('***');
  });

  test.each(['user', 'region', 'stamp', 'salted', 'open'])('%s is as it is sent', (name) => {
    expect(shown(name)).toBe(valuesOf().lookUp(name));
  });

  test.each(['realm', 'realmed', 'seal', 'token'])('%s is left out as it would be', (name) => {
    expect(shown(name)).toBeUndefined();
  });

  test('tokens are masked', () => {
    const values = { token: 'abc', refresh_token: 'def' };
    const { lookUp } = valuesOf({ masked: true, values });
    expect([lookUp('token'), lookUp('refresh_token')]).toEqual(['***', '***']);
  });
});

test('secret are fields and kept values that are, tokens, and what any of them is in', () => {
  expect([...secretNames(provider)].sort()).toEqual([
    ...['csrf', 'hashed', 'password', 'refresh_token', 'seal', 'sealed', 'signature', 'token'],
  ]);
});
