/** JWTs that are signed here: as the token, or for a login. */
import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  verify,
} from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { filesUnder } from '../canary/search.ts';
import { describeWith } from '../parts.ts';
import {
  type SecretService,
  secretServiceParts,
  withSecretService,
} from '../real/secret-service.ts';
import { tally } from './counting.ts';
import { type Acme, acme } from './declaring.ts';
import { authctl, type Env, failure, output, type RunOptions } from './harness.ts';
import { crowd } from './start.ts';
import { answer, atTerminal } from './terminal.ts';

const login = ['login', 'acme'];
const token = ['token', 'acme'];

const keys = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
} as const satisfies Record<string, KeyPairKeyObjectResult>;
type Algorithm = keyof typeof keys;
const algorithms = Object.keys(keys) as Algorithm[];

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const pem = pemOf(keys.ES256.privateKey);

const fields = [
  { name: 'key_id', label: 'Key id', secret: false },
  { name: 'private_key', label: 'Private key', secret: true },
];
const claims = { iss: '{key_id}', aud: '{base_url}', jti: '{uuid}' };

/** The token is signed, and nothing is sent. */
function minting(jwt: object, env: Env = {}) {
  const assertion = { key: '{private_key}', header: { kid: '{key_id}' }, claims, lives: 600 };
  return acme(
    {
      fields,
      derive: { assertion: { jwt: { ...assertion, ...jwt } } },
      login: [{ fields: ['key_id', 'private_key'], mint: 'assertion' }],
      answer: {},
    },
    {},
    { ACME_KEY_ID: 'kid-1', ACME_USER: undefined, ACME_PASSWORD: undefined, ...env },
  );
}

function parts(jwt: string): readonly unknown[] {
  const [header = '', payload = ''] = jwt.trim().split('.');
  return [header, payload].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
}

function isSigned(jwt: string, alg: Algorithm, { publicKey: key }: KeyPairKeyObjectResult) {
  const [header, payload, signature = ''] = jwt.trim().split('.');
  const text = Buffer.from(`${header}.${payload}`);
  const how = {
    RS256: key,
    PS256: { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    ES256: { key, dsaEncoding: 'ieee-p1363' as const },
    EdDSA: key,
  }[alg];
  const hash = alg === 'EdDSA' ? null : 'sha256';
  return verify(hash, text, how, Buffer.from(signature, 'base64url'));
}

/** The lines of a PEM, less those that every PEM has. */
const linesOf = (text: string) => text.split(/\r?\n/).filter((line) => /^[^-]{8}/.test(line));

function expectNothingOf(key: string, { home }: Acme, ...texts: readonly string[]): void {
  for (const line of linesOf(key)) {
    for (const text of texts) expect(text).not.toContain(line);
    for (const [name, text] of filesUnder(home.path)) {
      if (!name.endsWith('key.pem')) expect([name, text.includes(line)]).toEqual([name, false]);
    }
  }
}

describe('a token that is signed here', () => {
  test.each(algorithms)('with %s', async (alg) => {
    const api = await minting({ alg });
    const { home, env, server, paths } = api;
    const key = pemOf(keys[alg].privateKey);
    const file = home.write('key.pem', key);
    const before = Math.floor(Date.now() / 1000);
    const jwt = await output([...login, '--private-key-file', file], { home, env });
    expect(isSigned(jwt, alg, keys[alg])).toBe(true);
    const [header, payload] = parts(jwt);
    expect(header).toEqual({ alg, typ: 'JWT', kid: 'kid-1' });
    expect(payload).toEqual({
      iss: 'kid-1',
      aud: server.url,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    const { iat, exp } = payload as { iat: number; exp: number };
    expect(exp - iat).toBe(600);
    expect(iat - before).toBeLessThan(10);
    expect(iat).toBeGreaterThanOrEqual(before);
    // It is kept, so that the key is not needed.
    expect(await output(token, { home, env })).toBe(jwt);
    expect(await output([...token, '-o', 'header'], { home, env })).toBe(
      `Authorization: Bearer ${jwt}`,
    );
    expectNothingOf(key, api);
    expect(paths()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['text', {}, 'a-shared-secret-of-some-length'],
    ['hexadecimal', { as: 'hex' }, '00ff10a0b1c2d3e4f5061728394a5b6c'],
    ['base64', { as: 'base64' }, 'AP8QoLHC0+T1Bhcoo5SltsA='],
    ['a JSON Web Key', { as: 'jwk' }, '{"kty":"oct","k":"AP8QoLHC0-T1Bhcoo5SltsA"}'],
  ])('with HS256 and a secret as %s', async (_, as, secret) => {
    const { home, env } = await minting({ alg: 'HS256', ...as }, { ACME_PRIVATE_KEY: secret });
    const jwt = (await output(login, { home, env })).trim();
    const bytes = secret.startsWith('a-')
      ? secret
      : secret.startsWith('00')
        ? Buffer.from(secret, 'hex')
        : Buffer.from('AP8QoLHC0+T1Bhcoo5SltsA=', 'base64');
    const [header, payload, signature] = jwt.split('.');
    expect(signature).toBe(
      createHmac('sha256', bytes).update(`${header}.${payload}`).digest('base64url'),
    );
  });

  const sources: readonly (readonly [
    string,
    (api: Acme) => { readonly args?: readonly string[] } & RunOptions,
  ])[] = [
    ['stdin', () => ({ args: ['--private-key-stdin'], stdin: pem })],
    [
      'stdin with CRLF',
      () => ({ args: ['--private-key-stdin'], stdin: pem.replaceAll('\n', '\r\n') }),
    ],
    ['a variable', () => ({ env: { ACME_PRIVATE_KEY: pem } })],
    [
      'openssl ecparam -genkey',
      () => ({
        // The parameters of P-256 come first.
        stdin: `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${keys.ES256.privateKey.export({ type: 'sec1', format: 'pem' })}`,
        args: ['--private-key-stdin'],
      }),
    ],
    ['a variable in one line', () => ({ env: { ACME_PRIVATE_KEY: pem.replaceAll('\n', '\\n') } })],
    [
      'a command of the config',
      ({ home, server }) => {
        const command = ['cat', home.write('key.pem', pem)];
        home.setConfig({ acme: { base_url: server.url, private_key: { command } } });
        return {};
      },
    ],
  ];
  test.each(sources)('with a key from %s', async (_, give) => {
    const api = await minting({ alg: 'ES256' });
    const { args = [], env = {}, ...rest } = give(api);
    const options = { home: api.home, env: { ...api.env, ...env }, ...rest };
    const { code, stdout, stderr } = await authctl([...login, ...args, '-v'], options);
    expect([code, stderr]).toEqual([0, expect.stringContaining('signed the token')]);
    expect(isSigned(stdout, 'ES256', keys.ES256)).toBe(true);
    expectNothingOf(pem, api, stderr);
  });

  test('with a JSON Web Key', async () => {
    const jwk = JSON.stringify(keys.ES256.privateKey.export({ format: 'jwk' }));
    const { home, env } = await minting({ alg: 'ES256', as: 'jwk' }, { ACME_PRIVATE_KEY: jwk });
    expect(isSigned(await output(login, { home, env }), 'ES256', keys.ES256)).toBe(true);
  });

  test('is made once for fifty processes, and anew when it has ended', async () => {
    const { home, env, paths } = await minting(
      { alg: 'ES256', lives: 2 },
      { ACME_PRIVATE_KEY: pem },
    );
    const ends = tally(await crowd(50, token, { home, env }));
    // Some may have started after its end.
    expect(Object.keys(ends).length).toBeLessThan(10);
    const long = await minting({ alg: 'ES256' }, { ACME_PRIVATE_KEY: pem });
    const all = tally(await crowd(50, token, long));
    expect(Object.values(all)).toEqual([50]);
    expect(paths()).toEqual([]);
  }, 120_000);

  test('is shown by --dry-run without its signature', async () => {
    const api = await minting({ alg: 'ES256' }, { ACME_PRIVATE_KEY: pem });
    const { home, env, server } = api;
    const shown = await output([...login, '--dry-run'], { home, env });
    expect(shown).toContain('signed here, and not sent');
    expect(shown).toMatch(/"alg": ?"ES256"/);
    expect(shown).toContain(server.url);
    expectNothingOf(pem, api, shown);
    expect(home.sessions()).toEqual([]);
  });

  test('leaves its key to no command', async () => {
    const api = await minting({ alg: 'ES256' }, { ACME_PRIVATE_KEY: pem });
    const { home, env } = api;
    const inside = await output(['exec', 'acme', '--', 'env'], { home, env });
    expect(inside).toMatch(/^ACME_TOKEN=ey/m);
    expect(inside).not.toContain('ACME_PRIVATE_KEY');
    expectNothingOf(pem, api, inside);
  });
});

describe('a key that cannot sign', () => {
  const { privateKey, publicKey } = keys.ES256;
  const encrypted = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  const old = keys.RS256.privateKey
    .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  const rows: readonly (readonly [string, object, string, string])[] = [
    ['an encrypted one', { alg: 'ES256' }, encrypted, 'it is encrypted; use one without'],
    ['one that openssl encrypted', { alg: 'RS256' }, old, 'it is encrypted; use one without'],
    [
      'a public one',
      { alg: 'ES256' },
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'it is a public key, and not the private one',
    ],
    ['one of RSA', { alg: 'ES256' }, pemOf(keys.RS256.privateKey), 'ES256 needs an EC key'],
    ['one of Ed25519', { alg: 'RS256' }, pemOf(keys.EdDSA.privateKey), 'RS256 needs an RSA key'],
    [
      'one on another curve',
      { alg: 'ES256' },
      pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
      'ES256 needs an EC key on the curve P-256',
    ],
    [
      'a short one',
      { alg: 'RS256' },
      pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      'it has 1024 bits, and RS256 needs 2048',
    ],
    [
      'a damaged one',
      { alg: 'ES256' },
      pem.replace(/^(.*\n.{20})./, '$1'),
      'it is damaged, or of an unknown kind',
    ],
    ['a word', { alg: 'ES256' }, 'c4nary-n0-pem', 'it is not a private key in PEM'],
    ['a path', { alg: 'ES256' }, '/home/me/key.pem', 'it is not a private key in PEM'],
    ['a PEM as a JWK', { alg: 'ES256', as: 'jwk' }, pem, 'it is not a JSON Web Key'],
    [
      'a public JWK',
      { alg: 'ES256', as: 'jwk' },
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      'it has no private part',
    ],
    ['no hexadecimal', { alg: 'HS256', as: 'hex' }, 'c4nary-n0-hex', 'it is not hexadecimal'],
  ];
  test.concurrent.each(rows)('%s is one clear line', async (_, jwt, key, says) => {
    const api = await minting(jwt, { ACME_PRIVATE_KEY: key });
    const { home, env } = api;
    for (const args of [login, token, [...login, '--dry-run'], [...login, '-v']]) {
      const { code, stdout, stderr } = await authctl(args, { home, env });
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(`authctl: private_key cannot sign: ${says}`);
      if (!args.includes('-v')) expect(stderr.trim().split('\n').length).toBeLessThan(3);
      expectNothingOf(key, api, stderr);
    }
    expect(home.sessions()).toEqual([]);
  });

  test('is not taken as an argument, nor shown when it is one', async () => {
    const api = await minting({ alg: 'ES256' });
    const { home, env } = api;
    for (const args of [
      [...login, '--private-key', pem],
      [...login, `--private-key=${pem}`],
      ['config', 'set', 'acme.private_key', pem],
      ['credentials', 'set', 'acme', '--private-key', pem],
    ]) {
      const { code, stderr } = await failure(args, { home, env });
      expect([args[0], code]).toEqual([args[0], 2]);
      expectNothingOf(pem, api, stderr);
    }
    const { code, stderr } = await failure(login, { home, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('--private-key-file')]);
    expect(stderr).not.toMatch(/--private-key[ ,)]/);
  });
});

describe('a signed assertion of a login', () => {
  test('is sent in place of the key', async () => {
    const seen: string[] = [];
    const api = await acme(
      {
        fields,
        derive: {
          assertion: { jwt: { alg: 'ES256', key: '{private_key}', claims, lives: 60 } },
        },
        login: [
          {
            fields: ['key_id', 'private_key'],
            request: { method: 'POST', path: '/token', form: { assertion: '{assertion}' } },
          },
        ],
        answer: { token: '/access_token', error: { messages: ['/error'] } },
      },
      {
        '/token': ({ body }, count) => {
          const assertion = new URLSearchParams(body).get('assertion') ?? '';
          seen.push(assertion);
          return count === 1
            ? { body: { access_token: 'tok' } }
            : { status: 401, body: { error: `bad assertion ${assertion}` } };
        },
      },
      { ACME_KEY_ID: 'kid-1', ACME_PRIVATE_KEY: pem },
    );
    const { home, env, server } = api;
    expect(await output(login, { home, env })).toBe('tok\n');
    expect(isSigned(seen[0] ?? '', 'ES256', keys.ES256)).toBe(true);
    expect(JSON.stringify(server.requests)).not.toContain(linesOf(pem)[0]);
    const refused = await failure(login, { home, env });
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('bad assertion')]);
    for (const part of (seen[1] ?? '').split('.')) expect(refused.stderr).not.toContain(part);
    expect(seen[1]).not.toBe(seen[0]);
    const shown = await output([...login, '--dry-run'], { home, env });
    expect(shown).toContain('assertion=***');
    expectNothingOf(pem, api, refused.stderr, shown);
  });
});

describeWith(['expect'], 'on a terminal', () => {
  test('the path of the key is asked for', async () => {
    const { home, env } = await minting({ alg: 'ES256' });
    home.write('key.pem', pem);
    const typed = answer('(private-key): ', '~/key.pem\\r');
    const { code, printed, screen } = await atTerminal(login, [typed], env, home);
    expect([code, screen]).toEqual([0, expect.stringContaining('the path of its file')]);
    expect(isSigned(printed, 'ES256', keys.ES256)).toBe(true);
    const again = [answer('(private-key): ', '~/missing.pem\\r')];
    const missing = await atTerminal(login, again, env, home);
    expect([missing.code, missing.printed]).toEqual([2, '']);
    expect(missing.screen).toMatch(/authctl: .*missing\.pem|authctl: cannot read the file/);
  });
});

describeWith(secretServiceParts, 'with a keychain', () => {
  let service: SecretService;
  beforeAll(async () => {
    service = await withSecretService('unlocked');
  });
  afterAll(() => service.stop());

  test('the key of a file is stored, and signs', async () => {
    const api = await minting({ alg: 'ES256' });
    const { home } = api;
    const env = { ...api.env, ...service.env, AUTHCTL_NO_KEYCHAIN: undefined };
    const file = home.write('key.pem', pem);
    const set = ['credentials', 'set', 'acme', '--private-key-file', file];
    const outcome = await authctl([...set, '--key-id', 'kid-1'], { home, env });
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.any(String)]);
    home.write('key.pem', '');
    expect(isSigned(await output(login, { home, env }), 'ES256', keys.ES256)).toBe(true);
    expectNothingOf(pem, api, outcome.stderr);
  });
});
