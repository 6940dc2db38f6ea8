/**
 * Logins of several requests, whose server repeats all that it was sent in every encoding: no secret gets
 * into output, files, or the arguments of a child process.
 */
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { secret } from '../e2e/accounts.ts';
import { acme, otp, userAndPassword } from '../e2e/declaring.ts';
import { authctl } from '../e2e/harness.ts';
import type { Received, Reply } from '../e2e/servers.ts';
import { filesUnder, findSecret } from './search.ts';

const hook = fileURLToPath(new URL('hook.cjs', import.meta.url));
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const { d = '', ...open } = privateKey.export({ format: 'jwk' });

const given = {
  password: secret,
  otp: 'c4nary-0tp"code',
  seed: 'CANARYSEEDJBSWY3DPEHPK3P',
  jwk: JSON.stringify({ ...open, d }),
  csrf: `c4nary-csrf"'<&>+/`,
  challenge: 'c4nary-challenge\\"x',
};

const field = (name: string) => ({ name, label: name, secret: true });
const signed = (key: string, as: string) => ({
  jwt: { alg: 'ES256', key, as, claims: { iss: '{user}', jti: '{uuid}' }, lives: 60 },
});

const declaration = {
  fields: [...userAndPassword, otp, field('seed'), field('pem'), field('jwk')],
  derive: {
    code: { totp: { secret: '{seed}' } },
    by_pem: signed('{pem}', 'pem'),
    by_jwk: signed('{jwk}', 'jwk'),
  },
  login: [
    {
      fields: ['user', 'password', 'seed', 'pem', 'jwk'],
      steps: [
        {
          request: { method: 'POST', path: '/first', form: { a: '{by_pem}', b: '{by_jwk}' } },
          keep: { csrf: { at: '/csrf' } },
        },
        {
          request: {
            method: 'POST',
            path: '/second',
            headers: { 'X-Csrf': '{csrf}' },
            json: { user: '{user}', password: '{password}' },
          },
          keep: { challenge: { at: '/challenge', stored: true } },
        },
      ],
      request: {
        method: 'POST',
        path: '/third',
        json: { challenge: '{challenge}', csrf: '{csrf}', code: '{code}', otp: '{otp}' },
      },
    },
  ],
  answer: { token: '/token', error: { messages: ['/message'] } },
  use: {
    header: 'Authorization',
    value: 'Bearer {token}',
    headers: { 'X-Challenge': '{challenge}' },
  },
};

/** The secrets that are made by a login: assertions, and the code of the seed. */
function madeBy(requests: readonly Received[]): readonly string[] {
  return requests.flatMap(({ url, body }) => {
    if (url === '/first') return [...new URLSearchParams(body).values()];
    return url === '/third' ? [JSON.parse(body).code] : [];
  });
}

/** What a server could write for a secret. */
function encoded(value: string): readonly string[] {
  const ascii = [...value].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    value,
    JSON.stringify({ a: value }),
    ascii.join(''),
    encodeURIComponent(value),
    new URLSearchParams({ a: value }).toString(),
    value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
    ...['', 'u', 'us'].flatMap((user) =>
      (['base64', 'base64url', 'hex'] as const).map((as) =>
        Buffer.from(`${user}:${value}!`).toString(as),
      ),
    ),
    Buffer.from(value).toString('hex').toUpperCase(),
  ];
}

/** The parts of the keys that are secret. */
const ofKeys = [...pem.split('\n').filter((line) => /^[^-]{8}/.test(line)), d];

async function run(
  { at, status = 200, form = 0 }: { at?: string; status?: number; form?: number },
  args: readonly string[],
) {
  const requests: Received[] = [];
  const good: Record<string, Reply> = {
    '/first': { body: { csrf: given.csrf } },
    '/second': { body: { challenge: given.challenge } },
    '/third': { body: { token: 'tok' } },
  };
  const answer = (request: Received): Reply => {
    requests.push(request);
    if (request.url !== at) return good[request.url] ?? { status: 404 };
    // Longer words are not shown at all.
    const known = Object.entries(given).filter(
      ([name]) =>
        (name !== 'csrf' || request.url !== '/first') &&
        (name !== 'challenge' || request.url === '/third'),
    );
    const all = [...known.map(([, value]) => value), ...madeBy(requests)].map(
      (each) => encoded(each)[form],
    );
    return { status, body: { message: `You sent ${all.join(' and ')}.` } };
  };
  const api = await acme(
    declaration,
    { '/first': answer, '/second': answer, '/third': answer },
    {
      ACME_PASSWORD: secret,
      ACME_SEED: given.seed,
      ACME_PEM: pem,
      ACME_JWK: given.jwk,
      NODE_OPTIONS: `--require=${hook}`,
    },
  );
  const { home, env } = api;
  const children = home.write('.children', '');
  const outcome = await authctl([...args, '--otp-stdin', '--retries', '0'], {
    home,
    env: { ...env, CANARY_CHILDREN: children },
    stdin: given.otp,
  });
  return { outcome, home, secrets: [...Object.values(given), ...ofKeys, ...madeBy(requests)] };
}

const exits = { 401: 4, 429: 6, 500: 5, 302: 7, 200: 7 } as const;
const verbosities = [[], ['-v'], ['--error-format', 'json', '-v']] as const;

const statuses = Object.keys(exits).map(Number) as (keyof typeof exits)[];
const rows = [
  ...['/first', '/second'].flatMap((at) => statuses.map((status) => [at, status, 0] as const)),
  ...encoded('').flatMap((_, form) =>
    ([401, 200] as const).map((status) => ['/third', status, form] as const),
  ),
];
test.concurrent.each(rows)(
  'a server that repeats everything at %s with %d, in form %d',
  async (at, status, form) => {
    const more = verbosities[form % verbosities.length] ?? [];
    const args = [form % 2 === 0 ? 'token' : 'login', 'acme', ...more];
    const { outcome, home, secrets } = await run({ at, form, status }, args);
    expect([outcome.code, outcome.stdout]).toEqual([exits[status], '']);
    expect(outcome.stderr).not.toContain('unexpected');
    expect(outcome.stderr).toMatch(/You sent .*\*\*\*.* and .*\*\*\*/);
    expectNone([['stderr', outcome.stderr], ...filesUnder(home.path)], secrets);
    expect(outcome.stderr).not.toMatch(/c4nary/i);
  },
  60_000,
);

function expectNone(texts: readonly (readonly [string, string])[], secrets: readonly string[]) {
  expect(texts.length).toBeGreaterThan(3);
  const found = texts.flatMap(([name, text]) =>
    secrets.flatMap((each) =>
      findSecret(text, each).map((encoding) => `${name} has ${each} ${encoding}`),
    ),
  );
  expect(found).toEqual([]);
}

test.concurrent.each(verbosities.map((each) => [each.join(' ') || 'default', each] as const))(
  'a login that succeeds keeps what its declaration stores, and no more: %s',
  async (_, more) => {
    const { outcome, home, secrets } = await run({}, ['login', 'acme', ...more]);
    expect([outcome.code, outcome.stdout]).toEqual([0, 'tok\n']);
    const texts = new Map([['stderr', outcome.stderr], ...filesUnder(home.path)]);
    const found = [...texts].flatMap(([name, text]) =>
      secrets.filter((each) => findSecret(text, each).length > 0).map((each) => [name, each]),
    );
    expect(found).toEqual([[expect.stringMatching(/\/sessions\/.*\.json$/), given.challenge]]);
  },
);
