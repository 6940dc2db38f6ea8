/** `inspect`: decodes a JWT offline, and escapes its content. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { describeWith, part } from '../parts.ts';
import { accounts } from './accounts.ts';
import { authctl, failure, newHome, output, program, run } from './harness.ts';
import { serve } from './servers.ts';
import { age } from './stored.ts';

const ropo = accounts.ropo;
const notChecked = 'authctl: the signature was not checked\n';
const exposed =
  'authctl: notice: an argument shows the token in the process list; - (stdin) and --provider do not\n';
const now = Math.floor(Date.now() / 1000);

describe('a JWT', () => {
  const claims = {
    sub: 'me',
    iat: now - 3600,
    exp: now + 7230,
    nbf: 0,
    admin: true,
    scopes: ['a', { b: null }],
  };
  const token = jwt(claims, { alg: 'RS256', kid: '1' });

  test('is shown with times in words, and a notice about its signature', async () => {
    const { code, stdout, stderr } = await authctl(['inspect', token]);
    expect([code, stderr]).toEqual([0, exposed + notChecked]);
    const time = (seconds: number) => new Date(seconds * 1000).toISOString();
    const lines = stdout.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'header',
      '  alg: RS256',
      '  kid: 1',
      'claims',
      '  sub: me',
      expect.stringMatching(`^  iat: ${claims.iat} \\(${time(claims.iat)}, 1h( \\d+s)? ago\\)$`),
    ]);
    expect(lines[6]).toMatch(
      RegExp(`^  exp: ${claims.exp} \\(${time(claims.exp)}, in 2h( 0m)?.*\\)$`),
    );
    expect(lines[7]).toMatch(/^ {2}nbf: 0 \(1970-01-01T00:00:00.000Z, \d+d( \d+h)?( \d+m)? ago\)$/);
    expect(lines.slice(8)).toEqual(['  admin: true', '  scopes: ["a",{"b":null}]', '']);
  });

  test('is one object with -o json', async () => {
    const { code, stdout, stderr } = await authctl(['inspect', token, '-o', 'json']);
    expect([code, stderr]).toEqual([0, exposed + notChecked]);
    expect(JSON.parse(stdout)).toEqual({
      header: { alg: 'RS256', kid: '1' },
      claims,
      signature_checked: false,
    });
    expect((await authctl(['inspect', token, '-q'])).stderr).toBe('');
  });

  test('can come from stdin, with any newline', async () => {
    const shown = (await authctl(['inspect', token])).stdout.split('\n')[1];
    for (const stdin of [token, `${token}\n`, `${token}\r\n`, ` ${token} \n\n`]) {
      const { code, stdout } = await authctl(['inspect', '-'], { stdin });
      expect([code, stdout.split('\n')[1]]).toEqual([0, shown]);
    }
  });

  test.each([
    ['without a signature', `${jwt({ a: 1 }, { alg: 'none' }).replace(/[^.]*$/, '')}`],
    ['without a claim', jwt({})],
    ['with invalid times', jwt({ exp: 'soon', iat: 1e300, nbf: -1, auth_time: null })],
    ['with claims named like properties of every object', jwt({ constructor: 1, toString: 2 })],
    ['that is very large', jwt({ a: 'x'.repeat(60_000) })],
  ])('%s is decoded too', async (_, odd) => {
    expect(await authctl(['inspect', odd])).toMatchObject({
      code: 0,
      stderr: exposed + notChecked,
    });
    const json = await authctl(['inspect', '-', '-o', 'json'], { stdin: odd });
    expect(JSON.parse(json.stdout)).toMatchObject({ signature_checked: false });
  });
});

describe('an invalid JWT', () => {
  const encode = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
  test.each([
    ['an empty text', '', 'empty'],
    ['an opaque token', 'abcdef', '1 part instead'],
    ['two parts', `${jwt({}).split('.').slice(0, 2).join('.')}`, '2 parts'],
    ['five parts: it is encrypted', 'a.b.c.d.e', '5 parts'],
    ['parts that are not base64url', 'a+b.c/d.e=', 'base64url'],
    ['parts that are not JSON', `${encode('{')}.${encode('{}')}.x`, 'base64url'],
    ['claims that are a list', `${encode('{}')}.${encode('[]')}.x`, 'base64url'],
    ['claims that are null', `${encode('{}')}.${encode('null')}.x`, 'base64url'],
    [
      'claims that are not UTF-8',
      `${encode('{}')}.${encode(Buffer.from('7b22ff227d', 'hex'))}.x`,
      'base64url',
    ],
    ['a JWT with a line break', jwt({}).replace('.', '.\n'), 'base64url'],
  ])('such as %s is exit 2, and is not printed', async (_, token, words) => {
    const { code, stderr } = await failure(['inspect', '-'], { stdin: token });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    if (token.length > 5) expect(stderr).not.toContain(token.trim());
  });
});

describe('a hostile claim', () => {
  const hostile =
    'a\x1b]0;title\x07\x1b[2J\r\nclaims\n  admin: true\u2028\u202efdp\u0000\u009b31m\ud800';
  const token = jwt({ [hostile]: hostile, nested: { [hostile]: [hostile] } }, { alg: hostile });

  test('is escaped: it breaks no line, moves no cursor and hides nothing', async () => {
    const { stdout } = await authctl(['inspect', token]);
    expect(stdout).not.toMatch(
      /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
    );
    expect(stdout.split('\n')).toHaveLength(6);
  });

  test('is unchanged in JSON, and escaped there too', async () => {
    const { stdout } = await authctl(['inspect', token, '-o', 'json']);
    expect(stdout).not.toMatch(
      /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
    );
    const { header } = JSON.parse(stdout);
    expect(header).toEqual({ alg: hostile });
  });
});

test('a provider in place of a token gets the option in a hint', async () => {
  const { code, stderr } = await failure(['inspect', 'ropo']);
  expect(code).toBe(2);
  expect(stderr).toBe(
    'authctl: ropo is a provider and not a token\nhint: authctl inspect --provider ropo\n',
  );
});

describe('--provider', () => {
  test('shows the stored token, even if it has expired, without a request', async () => {
    const home = newHome();
    const token = jwt({ sub: 'stored', iat: now, exp: now + 600 });
    const { url, requests } = await serve(ropo.success(token));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    age(home, 3600);
    const { code, stdout } = await authctl(['inspect', '--provider', 'ropo'], { home });
    expect([code, stdout]).toEqual([0, expect.stringContaining('  sub: stored\n')]);
    expect(requests).toHaveLength(1);
    const work = ['inspect', '--provider', 'ropo', '-p', 'work'];
    expect((await failure(work, { home })).code).toBe(3);
  });

  test('without a session is exit 3', async () => {
    const { code, stderr } = await failure(['inspect', '--provider', 'ropo'], { env: ropo.env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('authctl login ropo')]);
  });
});

test.each([
  [[], 'inspect takes one of'],
  [['--provider', 'unknown'], 'unknown'],
  [['a.b.c', '--provider', 'ropo'], 'inspect takes one of'],
  [['a.b.c', '-o', 'xml'], '-o'],
])('%j is wrong usage', async (args, words) => {
  const { code, stderr } = await failure(['inspect', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});

describeWith(['strace'], 'inspect', () => {
  test('opens no connection', async () => {
    const home = newHome();
    const trace = home.write('trace', '');
    const strace = [part('strace') ?? '', '-f', '-e', 'trace=%network', '-o', trace];
    const args = [...strace, ...program, 'inspect', jwt({ iss: 'https://example.com' })];
    expect(await run(args, { home })).toMatchObject({ code: 0 });
    const connections = readFileSync(trace, 'utf8');
    expect(connections).not.toMatch(/connect\(|AF_INET/);
  });
});
