/** `--dry-run`: the request that a command would send. Nothing is sent, started or stored. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { accounts, expectNoSecret } from './accounts.ts';
import { authctl, type Env, type Home, newHome, output } from './harness.ts';
import { serve, type TestServer } from './servers.ts';

const datarhei = accounts['datarhei by password'];
let server: TestServer;
let home: Home;
let env: Env;
beforeEach(async () => {
  server = await serve(() => datarhei.success('datarhei1'));
  home = newHome();
  env = { ...datarhei.env, DATARHEI_BASE_URL: server.url };
});

const dry = (...args: string[]) => authctl([...args], { home, env });
const login = () => expect.stringMatching(/^POST .*\/api\/login\n[\s\S]*"password":"\*\*\*"/);
const refresh = () => expect.stringMatching(/^GET .*\/login\/refresh\n[\s\S]*Bearer \*\*\*/);

test('without a session, token and exec would log in', async () => {
  const touched = join(home.path, 'touched');
  for (const args of [
    ['login', 'datarhei', '--dry-run'],
    ['token', 'datarhei', '--dry-run'],
    ['exec', 'datarhei', '--dry-run', '--', 'touch', touched],
  ]) {
    const { code, stdout, stderr } = await dry(...args);
    expect([args, code, stderr, stdout]).toEqual([args, 0, '', login()]);
    expectNoSecret(stdout);
  }
  expect(existsSync(touched)).toBe(false);
  expect(server.requests).toEqual([]);
  expect(home.sessions()).toEqual([]);
});

test('with a session that is not good for long enough, they would refresh', async () => {
  await output(['login', 'datarhei'], { home, env });
  for (const args of [
    ['token', 'datarhei', '--min-ttl', '20h', '--dry-run'],
    ['exec', 'datarhei', '--min-ttl', '20h', '--dry-run', '--', 'false'],
  ]) {
    const { code, stdout } = await dry(...args);
    expect([args, code, stdout]).toEqual([args, 0, refresh()]);
    expectNoSecret(stdout);
  }
  expect(server.requests).toHaveLength(1);
});

test('with a good token, they would send nothing, and say so', async () => {
  await output(['login', 'datarhei'], { home, env });
  for (const args of [
    ['token', 'datarhei', '--dry-run'],
    ['exec', 'datarhei', '--dry-run', '--', 'false'],
  ]) {
    const { code, stdout, stderr } = await dry(...args);
    expect([args, code, stdout]).toEqual([args, 0, '']);
    expect(stderr).toBe(
      'authctl: notice: the stored token of datarhei Core is good: nothing would be sent\n',
    );
  }
  expect(server.requests).toHaveLength(1);
});

test.each([
  [['token', 'datarhei', '--dry-run', '--export']],
  [['token', 'datarhei', '--dry-run', '--out-file', '/tmp/t']],
  [['token', 'datarhei', '--dry-run', '--watch', '--out-file', '/tmp/t']],
  [['refresh', 'datarhei', '--dry-run', '-o', 'json']],
])('is refused together with an output: %j', async (args) => {
  const { code, stdout, stderr } = await dry(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^authctl: --dry-run cannot be used with /);
});
