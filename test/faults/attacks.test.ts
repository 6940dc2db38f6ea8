/** Attacks on the built program: who may see a secret, and who decides where it goes. */
import { describe, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import { authctl, type Env, newHome, output } from '../e2e/harness.ts';
import { serve, type TestServer } from '../e2e/servers.ts';
import { age } from '../e2e/stored.ts';

const canary = 'c4nary-secret';
const account = accounts['datarhei by password'];
const { ropo } = accounts;

const command = { command: [process.execPath, '-p', JSON.stringify(canary)] };
const seen = (server: TestServer) => JSON.stringify(server.requests);

describe('a command of the config', () => {
  test.each<[string, Record<string, unknown>]>([
    ['of a secret', { username: 'me', password: command }],
    ['of a field that is no secret', { username: command, password: command }],
  ])('%s is not run for a server that a variable chose', async (_, fields) => {
    const server = await serve(account.success('tok'));
    const chosen: readonly Env[] = [
      { DATARHEI_BASE_URL: server.url },
      // The environment `local` is loopback, where anybody may listen.
      { DATARHEI_ENVIRONMENT: 'local' },
    ];
    for (const env of chosen) {
      const home = newHome();
      home.setConfig({ datarhei: fields });
      const { code, stdout, stderr } = await authctl(['login', 'datarhei'], { home, env });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(`is not run while ${Object.keys(env)[0]} chooses the server`);
    }
    expect(seen(server)).not.toContain(canary);
  });
});

describe('a server that only the last session names', () => {
  /** A home whose last session is at a server that nothing names any more. */
  async function visited() {
    const home = newHome();
    const server = await serve({
      body: { access_token: 'a', refresh_token: 'r', id: 'x', name: 'y', auths: ['x'] },
    });
    await output(['login', 'datarhei', '--base-url', server.url], { home, env: account.env });
    return { home, server };
  }

  test.each<[string, readonly string[], Env, string | undefined]>([
    ['of --refresh-token', ['refresh', '--refresh-token', canary], {}, undefined],
    ['on stdin', ['refresh', '--refresh-token-stdin'], {}, canary],
    ['of a variable', ['refresh'], { DATARHEI_REFRESH_TOKEN: canary }, undefined],
  ])('gets no refresh token %s', async (_, args, env, stdin) => {
    const { home, server } = await visited();
    const outcome = await authctl(args, { home, env, ...(stdin !== undefined && { stdin }) });
    expect([outcome.code, outcome.stdout]).toEqual([3, '']);
    expect(outcome.stderr).toContain('--base-url');
    expect(seen(server)).not.toContain(canary);
  });

  test('gets no token of --token-stdin', async () => {
    const { home, server } = await visited();
    const outcome = await authctl(['verify', 'datarhei', '--token-stdin'], { home, stdin: canary });
    expect([outcome.code, outcome.stdout]).toEqual([3, '']);
    expect(seen(server)).not.toContain(canary);
  });

  test('gets its own tokens', async () => {
    const { home, server } = await visited();
    const asked = await authctl(['verify', 'datarhei'], { home });
    expect(asked.code).toBe(0);
    expect((await authctl(['refresh'], { home })).code).toBe(0);
    expect(server.requests).toHaveLength(3);
  });
});

test('a stored token that a server echoes is redacted', async () => {
  const home = newHome();
  const env = { NETNUT_EMAIL: 'me', NETNUT_PASSWORD: 'x' };
  const server = await serve((_, count) =>
    count === 1
      ? accounts.netnut.success('stored-t0ken')
      : { status: 401, body: { message: 'old: stored-t0ken' } },
  );
  const at = ['netnut', '--base-url', server.url];
  await output(['token', ...at], { home, env });
  const { code, stderr } = await authctl(['verify', ...at, '--token-stdin'], {
    home,
    env,
    stdin: 'other-t0ken\n',
  });
  expect([code, stderr]).toEqual([4, expect.not.stringContaining('stored-t0ken')]);
});

describe('a session of a server that a variable chose', () => {
  test('is not the one that a bare command means', async () => {
    const home = newHome();
    const [mine, other] = await Promise.all([
      serve(ropo.success('mine')),
      serve(ropo.success('other')),
    ]);
    home.setConfig({ ropo: { base_url: mine.url, cid: '1' } });
    const secret = { ROPO_APICODE: 'x' };
    await output(['login', 'ropo'], { home, env: secret });
    const env = { ...secret, ROPO_BASE_URL: other.url };
    expect(await output(['token', 'ropo'], { home, env })).toBe('other\n');
    expect(await output(['token', 'ropo'], { home })).toBe('mine\n');
    // With the variable it is found again, without a login.
    expect(await output(['token', 'ropo'], { home, env: { ROPO_BASE_URL: other.url } })).toBe(
      'other\n',
    );
    expect(other.requests).toHaveLength(1);
  });

  test('is not served later, when the variable is gone', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('other'));
    const env = { ROPO_BASE_URL: url, ROPO_CID: '1', ROPO_APICODE: 'x' };
    await output(['token', 'ropo'], { home, env });
    const { code, stdout } = await authctl(['token', 'ropo'], { home });
    expect([code, stdout]).toEqual([3, '']);
  });
});

test('a session at a server that neither config nor declaration names is served with a notice', async () => {
  const home = newHome();
  const { url } = await serve(ropo.success('tok'));
  const args = ['login', 'ropo', '--base-url', url, '--cid', '1'];
  await output(args, { home, env: { ROPO_APICODE: 'x' } });
  const { code, stdout, stderr } = await authctl(['token', 'ropo'], { home });
  expect([code, stdout]).toEqual([0, 'tok\n']);
  expect(stderr).toContain(`the token is for ${url}, a server known only from the last session`);
  home.setConfig({ ropo: { base_url: url } });
  expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
});

test('a session from --base-url that has ended needs --base-url again', async () => {
  const home = newHome();
  const { url, requests } = await serve(ropo.success('tok'));
  const env = { ROPO_APICODE: 'x' };
  await output(['login', 'ropo', '--base-url', url, '--cid', '1'], { home, env });
  age(home, 1_000_000);
  const { code, stderr } = await authctl(['token', 'ropo'], { home, env });
  expect(code).toBe(3);
  expect(stderr).toContain('--base-url');
  expect(requests).toHaveLength(1);
});
