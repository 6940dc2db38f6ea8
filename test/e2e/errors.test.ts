import { readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  type AccountName,
  accountNames,
  accounts,
  expectNoSecret,
  formsOf,
  secret,
} from './accounts.ts';
import { authctl, failure, newHome } from './harness.ts';
import { type Answer, deadUrl, type Received, type Reply, serve } from './servers.ts';

const { ropo } = accounts;

async function loginAt(answer: Answer | Reply, args: readonly string[] = []) {
  const { url, requests } = await serve(answer);
  const failed = await failure(['login', 'ropo', '--base-url', url, ...args], { env: ropo.env });
  expectNoSecret(failed.stderr);
  return { ...failed, requests };
}

const html = '<!doctype html><title>Sign in</title>';
const big = `{"token": "tok", "filler": "${'x'.repeat(1024 * 1024)}"}`;

describe('an answer', () => {
  const rows: readonly (readonly [
    string,
    Reply,
    exitCode: number,
    requests: number,
    words: string,
  ])[] = [
    ['401', { status: 401 }, 4, 1, 'refused the credentials'],
    ['403', { status: 403, body: {} }, 4, 1, 'refused the credentials'],
    ['403 with a page', { status: 403, body: html }, 7, 1, '403 with a page, not JSON'],
    ['500', { status: 500, body: html }, 5, 1, '500'],
    ['502', { status: 502 }, 5, 3, '502'],
    ['503', { status: 503 }, 5, 3, 'answered 503, a server error, tried 3 times in '],
    ['504', { status: 504 }, 5, 3, '504'],
    ['429', { status: 429 }, 6, 3, 'too many requests'],
    ['301', { status: 301, headers: { Location: '/elsewhere' } }, 7, 1, 'a redirect'],
    [
      '302 to elsewhere',
      { status: 302, headers: { Location: 'https://evil.example/?a=b' } },
      7,
      1,
      'a redirect to https://evil.example\n',
    ],
    ['307', { status: 307, headers: { Location: 'https://evil.example' } }, 7, 1, 'not followed'],
    ['404', { status: 404 }, 7, 1, 'check the base URL'],
    ['405', { status: 405, body: {} }, 7, 1, '405'],
    ['418 without JSON', { status: 418, body: 'tea' }, 7, 1, '418'],
    ['an HTML page', { body: html }, 7, 1, 'a page, not JSON'],
    ['invalid JSON', { body: '{"token": ' }, 7, 1, 'not JSON'],
    ['an empty body', {}, 7, 1, 'an empty body'],
    ['JSON of another shape', { body: ['tok'] }, 7, 1, 'no token'],
    ['no token', { body: { Token: 'tok' } }, 7, 1, 'it was expected at /token'],
    ['a body over 1 MiB', { body: big }, 7, 1, 'over 1 MiB'],
    ['a compressed body', { headers: { 'Content-Encoding': 'gzip' }, body: 'x' }, 7, 1, 'not gzip'],
  ];

  test.concurrent.each(rows)('%s', async (_, reply, exitCode, count, words) => {
    const { code, stderr, requests } = await loginAt(reply);
    expect([code, requests.length]).toEqual([exitCode, count]);
    expect(stderr).toContain(words);
    expect(stderr).toContain('authctl: ');
  });

  test('429 with Retry-After says when to try again, and does not wait beyond the timeout', async () => {
    const seconds = await loginAt({ status: 429, headers: { 'Retry-After': '3600' } });
    expect([seconds.code, seconds.requests.length]).toEqual([6, 1]);
    expect(seconds.stderr).toMatch(/\nhint: try again in 3600 s, at \d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
    const at = new Date(Date.now() + 3_600_000).toUTCString();
    const date = await loginAt({ status: 429, headers: { 'Retry-After': at } });
    expect(date.stderr).toMatch(/\nhint: try again in 3\d\d\d s/);
  });

  test('503 is retried as many times as --retries says', async () => {
    const { url, requests } = await serve((_, count) =>
      count < 3 ? { status: 503, headers: { 'Retry-After': '0' } } : ropo.success('tok'),
    );
    const args = ['login', 'ropo', '--base-url', url];
    expect((await failure([...args, '--retries', '1'], { env: ropo.env })).code).toBe(5);
    expect((await authctl(args, { env: ropo.env })).stdout).toBe('tok\n');
    expect(requests).toHaveLength(3);
  });
});

describe('a network', () => {
  const drip = (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(timer));
  };
  const broken = (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('{"token": ');
    setTimeout(() => response.destroy(), 50);
  };

  const rows: readonly (readonly [string, (response: ServerResponse) => void, string[]])[] = [
    ['that drips', drip, ['--timeout', '2s']],
    ['that never answers', () => {}, ['--timeout', '1s']],
    ['that breaks off in the middle of an answer', broken, []],
    ['that closes the connection', (response) => void response.destroy(), []],
  ];

  test.concurrent.each(rows)('%s ends in exit 5', async (_, write, args) => {
    const { code, stderr } = await loginAt(() => write, args);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^authctl: .*127\.0\.0\.1/);
  });

  test('error names the cause: no server, no host or no TLS', async () => {
    const dead = await deadUrl();
    const { url: plain } = await serve(ropo.success('tok'));
    const [refused, unknown, noTls] = await Promise.all(
      [dead, 'https://no-such-host.invalid', plain.replace('http:', 'https:')].map((url) =>
        failure(['login', 'ropo', '--base-url', url, '--retries', '0'], {
          env: { ...ropo.env, HTTPS_PROXY: undefined },
        }),
      ),
    );
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining(dead) });
    expect(unknown).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('no-such-host.invalid'),
    });
    expect(noTls).toMatchObject({ code: 5, stderr: expect.stringContaining('TLS') });
  });

  test('a signal leaves no file of a leader behind', async () => {
    let pid = 0;
    const home = newHome();
    const leaders = join(home.state, 'leaders');
    const { url } = await serve(() => () => {
      expect(readdirSync(leaders)).toHaveLength(1);
      process.kill(pid, 'SIGINT');
    });
    const outcome = await authctl(['token', 'ropo'], {
      home,
      env: { ...ropo.env, ROPO_BASE_URL: url },
      onStart: (started) => {
        pid = started;
      },
    });
    expect(outcome).toMatchObject({ signal: 'SIGINT', stdout: '' });
    expect(readdirSync(leaders)).toEqual([]);
  });

  test('request is aborted by a signal', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      let pid = 0;
      const { url } = await serve(() => () => void process.kill(pid, signal));
      const home = newHome();
      const outcome = await authctl(['login', 'ropo', '--base-url', url], {
        home,
        env: ropo.env,
        onStart: (started) => {
          pid = started;
        },
      });
      expect(outcome).toMatchObject({ signal, stdout: '' });
      expectNoSecret(outcome.stderr);
      expect(home.sessions()).toEqual([]);
    }
  });
});

/** Refuses the credentials, and echoes them in the format of each server. */
const refusals: Readonly<Record<AccountName, (words: string) => Reply>> = {
  ropo: (errorText) => ({ status: 400, body: { errorId: 1, errorText } }),
  netnut: (message) => ({ status: 400, body: { success: false, message } }),
  verbit: (message) => ({ status: 401, body: { tracing_id: message, errors: [{ message }] } }),
  pegase3: (message) => ({ body: { status: 'error', code: 401, message } }),
  'datarhei by password': (message) => ({
    status: 401,
    body: { code: 401, message, details: [message] },
  }),
  'datarhei by Auth0 token': (message) => ({
    status: 400,
    body: { code: 400, message, details: [message] },
  }),
};

describe('a server that echoes the secret', () => {
  const echo = ({ headers, body, url }: Received) =>
    [
      url,
      body,
      JSON.stringify(headers),
      ...formsOf(secret),
      `x=${formsOf(secret).join('&y=')}`,
    ].join(' ');

  test.concurrent.each(accountNames)(
    '%s: the secret is redacted in every form and error format',
    async (name) => {
      const { provider, env } = accounts[name];
      const { url } = await serve((request) => refusals[name](echo(request)));
      const args = ['login', provider, '--base-url', url];
      const [text, json] = await Promise.all([
        failure([...args, '-v'], { env }),
        authctl([...args, '--error-format', 'json'], { env }),
      ]);
      expect([text.code, json.code, json.stdout]).toEqual([4, 4, '']);
      for (const { stderr } of [text, json]) {
        expect(stderr).toContain('***');
        expectNoSecret(stderr);
        expect(stderr).not.toContain('c4nary');
      }
    },
  );

  test('in a redirect does not expose it either', async () => {
    const Location = `https://evil.example/${encodeURIComponent(secret)}?x=${encodeURIComponent(secret)}`;
    expect((await loginAt({ status: 302, headers: { Location } }, ['-v'])).code).toBe(7);
  });

  test('beside the token does not expose the token either, if the answer is invalid', async () => {
    const body = {
      code: 401,
      status: 'error',
      message: 'No: tok-that-is-secret',
      token: 'tok-that-is-secret',
    };
    const { url } = await serve({ body });
    const { env } = accounts.pegase3;
    expect((await failure(['login', 'pegase3', '--base-url', url], { env })).code).toBe(4);
  });
});

test("a server's message cannot break the line, move the cursor or set a title", async () => {
  const words = 'No\nauthctl: all is well\r\x1b[2J\x1b]0;title\x07\u009b31m\u202eabc\u2028\ttab';
  const answer = refusals.ropo(words);
  const { code, stderr } = await loginAt(answer);
  expect(code).toBe(4);
  expect(stderr).toContain('No\\nauthctl: all is well');
  expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]/);
  const { url } = await serve(answer);
  const json = await authctl(['login', 'ropo', '--base-url', url, '--error-format', 'json'], {
    env: ropo.env,
  });
  expect(json.stderr.slice(0, -1)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028-\u202e]/);
  expect(JSON.parse(json.stderr).error.message).toContain(words);
});

test("a server's message is cut if it is very long", async () => {
  const { stderr } = await loginAt(refusals.ropo('very long '.repeat(50_000)));
  expect(stderr.length).toBeLessThan(5000);
});

describe('--error-format json', () => {
  const rows: readonly (readonly [string, string[], Reply, object])[] = [
    [
      'a refusal',
      [],
      refusals.ropo('No such cid'),
      {
        code: 'refused',
        message: expect.stringContaining('No such cid'),
        hint: expect.any(String),
        provider: 'ropo',
        status: 400,
        exit_code: 4,
      },
    ],
    [
      'a server that is busy',
      ['--retries', '0'],
      { status: 429, headers: { 'Retry-After': '9' } },
      { code: 'rate_limited', status: 429, exit_code: 6, hint: expect.stringContaining('9 s') },
    ],
    ['wrong usage', ['--bogus=hunter2'], {}, { code: 'usage', status: null, exit_code: 2 }],
    ['a mistyped format', ['-o', 'xml'], {}, { code: 'usage', provider: null, exit_code: 2 }],
  ];

  test.concurrent.each(rows)(
    '%s is one JSON object, with nothing else on stderr',
    async (_, args, reply, error) => {
      const { url } = await serve(reply);
      // Without notices.
      const command = ['login', 'ropo', '--base-url', url, '--apicode', 'x', '--error-format=json'];
      const outcome = await authctl([...command, ...args], { env: { ROPO_CID: '1' } });
      expect(outcome.stdout).toBe('');
      expect(outcome.stderr).toMatch(/^\{[^\n]*\}\n$/);
      expect(outcome.stderr).not.toContain('hunter2');
      const shown = JSON.parse(outcome.stderr);
      expect(shown).toEqual({
        error: {
          code: expect.any(String),
          message: expect.any(String),
          hint: shown.error.hint === null ? null : expect.any(String),
          provider: shown.error.provider === null ? null : 'ropo',
          status: shown.error.status === null ? null : expect.any(Number),
          exit_code: outcome.code,
        },
      });
      expect(shown.error).toMatchObject(error);
    },
  );
});

test('a failure leaves nothing behind', async () => {
  const home = newHome();
  const { url } = await serve({ status: 401 });
  await failure(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
  expect(home.sessions()).toEqual([]);
  expect(readdirSync(home.path).filter((name) => !name.startsWith('.'))).toEqual([]);
});
