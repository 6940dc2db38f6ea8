/** Attacks with text: nothing in a token, a variable or an answer is ever run as a command. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AuthctlError, hint, named, quoted } from '../../src/errors.ts';
import { accounts } from '../e2e/accounts.ts';
import { authctl, type Env, newHome, output, program, project, run } from '../e2e/harness.ts';
import { type Reply, serve } from '../e2e/servers.ts';
import { describeWith } from '../parts.ts';

const { ropo } = accounts;

describe('--export without --shell', () => {
  const wrappers: readonly (readonly [string, readonly string[]])[] = [
    ['nothing', []],
    ['timeout', ['timeout', '20']],
    ['nice', ['nice']],
    ['an sh script', ['/bin/sh', '-c', '"$@"; exit $?', 'sh']],
  ];

  test.each(wrappers)('behind %s prints no token that needs quotes', async (_, wrapper) => {
    const { url } = await serve(ropo.success("x'; touch pwned; '"));
    const command = [...wrapper, ...program, 'login', 'ropo', '--base-url', url, '--export'];
    const { code, stdout, stderr } = await run(command, { env: ropo.env });
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toContain('--shell <name>');
  });

  test('prints no refresh token that needs quotes', async () => {
    const { url } = await serve({
      body: { access_token: 'tok', refresh_token: "x'; touch pwned; '" },
    });
    const { env } = accounts['datarhei by password'];
    const command = [...program, 'login', 'datarhei', '--base-url', url, '--export'];
    const { code, stdout, stderr } = await run(command, { env });
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toContain('DATARHEI_REFRESH_TOKEN');
  });

  test('prints a JWT', async () => {
    const { url } = await serve(ropo.success('abc.d-e_f.ghi'));
    const args = ['login', 'ropo', '--base-url', url, '--export'];
    expect(await output(args, { env: ropo.env })).toContain("ROPO_TOKEN='abc.d-e_f.ghi'");
  });
});

test('the statements of a sandbox contain no path that needs quotes', async () => {
  const home = newHome();
  const TMPDIR = join(home.path, "it's");
  mkdirSync(TMPDIR);
  const { code, stdout, stderr } = await run([...program, 'sandbox'], { home, env: { TMPDIR } });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('AUTHCTL_CONFIG_DIR');
});

describeWith(['fish'], 'fish', () => {
  test('does not run a command in a token that an sh script prints', async () => {
    const home = newHome();
    // The token is one word in quotes for sh, but ends the quotes of fish.
    const { url } = await serve(ropo.success("\\'; touch pwned; #"));
    const wrapper = home.write('authctl.sh', '#!/bin/sh\n"$@"; exit $?\n');
    const line = `set s (sh $argv[1] $argv[2..] --export); eval $s`;
    const command = ['login', 'ropo', '--base-url', url];
    const args = ['--no-config', '-c', line, wrapper, ...program, ...command];
    await run(['fish', ...args], { home, env: ropo.env });
    expect(existsSync(join(home.path, 'pwned'))).toBe(false);
  });
});

/** Text that runs commands if it is pasted into a shell. */
const evil = 'x\'; touch pwned; $(touch pwned) `touch pwned` " && touch pwned #';

describe('a hint', () => {
  test('accepts only literals, names and paths', () => {
    const text: string = evil;
    const wrong = [
      // @ts-expect-error: any string
      new AuthctlError('usage', '', { hint: text }),
      // @ts-expect-error: a literal with any string in it
      new AuthctlError('usage', '', { hint: `authctl login ${text}` }),
      // @ts-expect-error: one of two
      new AuthctlError('usage', '', { hint: text === '' ? 'authctl --help' : text }),
      // @ts-expect-error: added later
      new AuthctlError('usage', '').with({ hint: text }),
    ];
    expect(wrong).toHaveLength(4);
    // @ts-expect-error: any string as a part
    expect(hint`authctl login ${text}`).toContain('authctl login');
    const right = new AuthctlError('usage', '', { hint: 'authctl --help' });
    expect(right.details.hint).toBe('authctl --help');
  });

  test('has … instead of a name or path that a shell would act on', () => {
    expect(hint`authctl login ${named(evil)}`).toBe('authctl login …');
    expect(hint`use one of: ${named('a', 'b;c', 'd')}`).toBe('use one of: a, …, d');
    expect(hint`rm ${quoted(`/tmp/${evil}`)}`).toBe('rm …');
    expect(hint`rm ${quoted('/tmp/\u202ea')}`).toBe('rm …');
    expect(hint`rm ${quoted('/tmp/a b')}`).toBe("rm '/tmp/a b'");
  });

  test('is made from a string only when a stored failure is read', () => {
    const files = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' });
    const using = files.filter(
      (file) =>
        file.endsWith('.ts') &&
        readFileSync(join(project, 'src', file), 'utf8').includes('keptHint('),
    );
    expect(using.sort()).toEqual(['errors.ts', join('store', 'failure-format.ts')]);
  });

  const variables: readonly (readonly [string, readonly string[], Env])[] = [
    ['a base URL', ['login', 'ropo'], { ...ropo.env, ROPO_BASE_URL: `https://${evil}` }],
    ['the path of a base URL', ['token', 'ropo'], { ROPO_BASE_URL: `http://127.0.0.1:1/${evil}` }],
    ['an environment', ['login', 'ropo'], { ...ropo.env, ROPO_ENVIRONMENT: evil }],
    ['a profile', ['token', 'ropo'], { AUTHCTL_PROFILE: evil }],
    ['a credential', ['login', 'ropo'], { ROPO_CID: evil, ROPO_APICODE: 'x', HTTPS_PROXY: '' }],
    ['a proxy', ['login', 'ropo'], { ...ropo.env, HTTPS_PROXY: `http://${evil}` }],
    [
      'a directory',
      ['config', 'set', 'ropo.cid', '1'],
      { AUTHCTL_CONFIG_DIR: `/dev/null/${evil}` },
    ],
  ];

  test.each(variables)('contains no text of a variable: %s', async (_, args, env) => {
    const { code, stdout, stderr } = await authctl(args, { env: { ...env } });
    expect([code === 0, stdout]).toEqual([false, '']);
    expect(hintIn(stderr)).not.toMatch(/pwned|touch/);
  });

  test('contains no path of a variable that a shell would act on', async () => {
    const home = newHome();
    const AUTHCTL_CONFIG_DIR = join(home.path, evil.replaceAll('/', ''));
    mkdirSync(AUTHCTL_CONFIG_DIR);
    const file = join(AUTHCTL_CONFIG_DIR, 'config.json');
    writeFileSync(file, JSON.stringify({ ropo: { cid: '1', apicode: { command: 'echo x' } } }));
    chmodSync(file, 0o666);
    const { code, stderr } = await authctl(['login', 'ropo'], {
      home,
      env: { AUTHCTL_CONFIG_DIR },
    });
    expect(code).not.toBe(0);
    expect(hintIn(stderr)).not.toMatch(/pwned|touch/);
  });

  test.each<[string, Reply]>([
    ['a message', { status: 400, body: { errorId: 1, errorText: evil } }],
    ['a redirect', { status: 302, headers: { Location: `https://x/${evil}` }, body: '' }],
    ['a wait', { status: 429, headers: { 'Retry-After': `1 ${evil}` }, body: { evil } }],
    ['a name', { body: { [evil]: evil } }],
  ])('contains no text of an answer: %s', async (_, reply) => {
    const { url } = await serve(reply);
    const args = ['login', 'ropo', '--base-url', url, '--retries', '0'];
    const { code, stderr } = await authctl(args, { env: ropo.env });
    expect(code).not.toBe(0);
    expect(hintIn(stderr)).not.toMatch(/pwned|touch/);
  });
});

describe('a secret that a server echoes', () => {
  const secret = 'c4nary "pä$s" \\ w0rd';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const lines = (text: string) => text.replace(/.{16}(?=.)/g, '$&\r\n');
  const json = JSON.stringify({ user: 'me', apicode: secret });
  const hex = Buffer.from(secret).toString('hex');
  test.each([
    ['in base64 with line breaks', lines(base64(secret))],
    ['in base64 of JSON', base64(json)],
    ['in base64 of JSON in JSON, with line breaks', lines(base64(JSON.stringify(json)))],
    ['twice in base64', base64(base64(json))],
    ['partly percent-encoded', secret.replace('c', '%63').replace('r', '%72').replace('"', '%22')],
    ['in hexadecimal of both cases', hex.replace(/[a-f]/, (digit) => digit.toUpperCase())],
    ['decomposed', secret.normalize('NFD')],
  ])('is not shown: %s', async (_, said) => {
    const { url } = await serve({ status: 400, body: { errorId: 1, errorText: `no: ${said}!` } });
    const args = ['login', 'ropo', '-v', '--base-url', url];
    const { code, stderr } = await authctl(args, { env: { ROPO_CID: '1', ROPO_APICODE: secret } });
    expect(code).toBe(4);
    expect(stderr).toContain('***');
    expect(legible(stderr)).not.toMatch(/c4nary|w0rd/);
  });
});

test.each(['ROPO_TOKENS', 'LD_PRELOAD', 'token_file', 'PROMPT_COMMAND'])(
  '--var refuses a name whose last word is not one for a secret: %s',
  async (name) => {
    const { url, requests } = await serve(ropo.success('tok'));
    for (const args of [
      ['login', 'ropo', '--base-url', url, '--export', '--shell', 'sh', '--var', name],
      ['exec', 'ropo', '--base-url', url, '--var', name, '--', 'true'],
    ]) {
      const { code, stdout, stderr } = await authctl(args, { env: ropo.env });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`--var ${name}`);
    }
    expect(requests).toEqual([]);
  },
);

test('--dry-run escapes characters that a terminal or a pipeline interprets', async () => {
  const text = 'a\x1b[2J\x9b1m\u202e\u2028\n::set-env name=x::\n##vso[task.complete]';
  const home = newHome();
  home.setConfig({ netnut: { email: text } });
  const runs = [
    { args: ['login', 'ropo', '--dry-run', '--cid', text], env: { ROPO_APICODE: 'x' } },
    { args: ['login', 'netnut', '--dry-run'], env: { NETNUT_PASSWORD: 'x' } },
  ];
  for (const { args, env } of runs) {
    const { code, stdout } = await authctl(args, { home, env });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]|##vso\[|^\s*::/m);
    // A JSON body stays the same for a program.
    const body: unknown = JSON.parse(stdout.slice(stdout.indexOf('\n\n') + 2));
    expect(Object.values(body as object)).toContain(text);
  }
});

describe('inspect', () => {
  const jwtOf = (claims: string, header = '{"alg":"none"}') =>
    `${[header, claims].map((text) => Buffer.from(text).toString('base64url')).join('.')}.x`;
  const deep = (open: string, close: string) =>
    `{"a":${open.repeat(100_000)}1${close.repeat(100_000)}}`;

  test('warns that an argument shows the token in the process list', async () => {
    const token = jwtOf('{}');
    const { code, stderr } = await authctl(['inspect', token]);
    expect(code).toBe(0);
    expect(stderr).toContain('process list');
    const { stderr: unseen } = await authctl(['inspect', '-'], { stdin: token });
    expect(unseen).not.toContain('process list');
  });

  test.each([
    ['a duplicate claim', jwtOf('{"sub":"me","sub":"you"}'), 'a duplicate claim'],
    [
      'a duplicate claim in another spelling',
      jwtOf('{"exp":1,"\\u0065xp":2}'),
      'a duplicate claim',
    ],
    [
      'a duplicate name in its header',
      jwtOf('{}', '{"alg":"none","alg":"RS256"}'),
      'a duplicate name',
    ],
    ['a list 100,000 levels deep', jwtOf(deep('[', ']')), 'more than 100 levels'],
    ['objects 100,000 levels deep', jwtOf(deep('{"a":', '}')), 'more than 100 levels'],
    ['a list that does not end', jwtOf(deep('[', '')), 'more than 100 levels'],
  ])('refuses a JWT with %s, and says why', async (_, token, words) => {
    for (const args of [
      ['inspect', '-'],
      ['inspect', '-', '-o', 'json'],
    ]) {
      const { code, stdout, stderr } = await authctl(args, { stdin: token });
      expect([code, stdout]).toEqual([7, '']);
      expect(stderr).toContain(words);
    }
  });

  test('a token with two exp claims does not live as long as the later one says', async () => {
    const home = newHome();
    const late = Math.floor(Date.now() / 1000) + 1000 * 86_400;
    const { url } = await serve(ropo.success(jwtOf(`{"exp":1,"exp":${late}}`)));
    const args = ['login', 'ropo', '--base-url', url, '-o', 'json'];
    const { expires_in } = JSON.parse(await output(args, { home, env: ropo.env }));
    expect(expires_in ?? 0).toBeLessThan(7 * 86_400);
  });
});

/** A text, and the text decoded from base64, twice, and from hexadecimal. */
function legible(text: string): string {
  const decoded = (from: string, encoding: 'base64' | 'hex') =>
    from
      .replace(/\\u\{d\}|\\n/g, '')
      .split(/[^\w+/]+/)
      .map((word) => Buffer.from(word, encoding).toString('latin1'))
      .join(' ');
  const once = decoded(text, 'base64');
  const words = [text, once, decoded(once, 'base64'), decoded(text, 'hex')];
  return words.map((each) => each.replaceAll('%63', 'c').replaceAll('%72', 'r')).join(' ');
}

/** The hint of an error, or an empty string. */
function hintIn(stderr: string): string {
  return /^hint: (.*)$/m.exec(stderr)?.[1] ?? '';
}
