/** `token --rejected`: the stored token met a 401. */
import { expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { authctl, failure, newHome, output } from './harness.ts';
import { serve } from './servers.ts';
import { crowd } from './start.ts';
import { age } from './stored.ts';

const { ropo } = accounts;
const rejected = ['token', 'ropo', '--rejected'];

/** A server that numbers its tokens, and a home with the first of them. */
async function withToken() {
  const server = await serve((_, count) => ropo.success(`tok${count}`));
  const home = newHome();
  const env = { ROPO_BASE_URL: server.url, ...ropo.env };
  expect(await output(['token', 'ropo'], { home, env })).toBe('tok1\n');
  return { ...server, home, env };
}

test('another token is got, and kept', async () => {
  const { home, env, requests } = await withToken();
  expect(await output(rejected, { home, env })).toBe('tok2\n');
  expect(await output(['token', 'ropo'], { home, env })).toBe('tok2\n');
  expect(requests).toHaveLength(2);
});

test('a token that has just replaced a rejected one is the answer, until half a minute later', async () => {
  const { home, env, requests } = await withToken();
  expect(await output(rejected, { home, env })).toBe('tok2\n');
  const late = await authctl(rejected, { home, env });
  expect(late).toMatchObject({ code: 0, stdout: 'tok2\n' });
  expect(late.stderr).toMatch(/^authctl: notice: the rejected token was replaced \d+ s ago: .*\n$/);
  age(home, 40);
  expect(await output(rejected, { home, env })).toBe('tok3\n');
  expect(requests).toHaveLength(3);
});

test('of 50 processes one asks', async () => {
  const { home, env, requests } = await withToken();
  const outcomes = await crowd(50, [...rejected, '-q'], { home, env });
  expect(new Set(outcomes.map(({ code, stdout }) => `${code} ${stdout}`))).toEqual(
    new Set(['0 tok2\n']),
  );
  expect(requests).toHaveLength(2);
});

test('a session with a refresh token is refreshed', async () => {
  const { url, requests } = await serve((_, count) => ({
    body: { access_token: `tok${count}`, refresh_token: 'again' },
  }));
  const home = newHome();
  const env = { DATARHEI_BASE_URL: url, DATARHEI_USERNAME: 'u', DATARHEI_PASSWORD: 'p' };
  await output(['token', 'datarhei'], { home, env });
  expect(await output(['token', 'datarhei', '--rejected'], { home, env })).toBe('tok2\n');
  expect(requests.map(({ url: path }) => path.split('/').at(-1))).toEqual(['login', 'refresh']);
});

test('without a stored token it is like any token', async () => {
  const { url } = await serve(ropo.success('tok'));
  const env = { ROPO_BASE_URL: url, ...ropo.env };
  expect(await output(rejected, { env })).toBe('tok\n');
  expect(await output([...rejected, '--no-store'], { env })).toBe('tok\n');
});

test('with --dry-run the request is shown that it would send', async () => {
  const { home, env, requests } = await withToken();
  expect(await output([...rejected, '--dry-run'], { home, env })).toMatch(/^POST /);
  expect(requests).toHaveLength(1);
});

test('with --watch it is wrong usage', async () => {
  expect(await failure([...rejected, '--watch', '--out-file', 'x'])).toEqual({
    code: 2,
    stderr: 'authctl: --rejected cannot be used with --watch\n',
  });
});
