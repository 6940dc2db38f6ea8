/** Tests every fault with every provider: exit code, time, an empty stdout, no secret, no session. */
import { describe, expect, test } from '@jest/globals';
import { type AccountName, accounts, expectNoSecret } from '../e2e/accounts.ts';
import { authctl, newHome, type Outcome } from '../e2e/harness.ts';
import { deadUrl, type Reply } from '../e2e/servers.ts';
import { answers } from './answers.ts';
import { connections } from './connections.ts';
import { allAccounts, type Fault, token } from './fault.ts';
import { startFaultServer } from './server.ts';

const server = startFaultServer();

/** Milliseconds that starting and exiting may take on a machine under load. */
const slack = 20_000;

async function login(name: AccountName, url: string, seconds: number) {
  const { provider, env } = accounts[name];
  const home = newHome();
  let started = 0;
  const outcome = await authctl(
    ['login', provider, '--base-url', url, '-v', '--retries', '1', '--timeout', `${seconds}s`],
    { home, env: { ...env, HTTPS_PROXY: undefined }, onStart: () => (started = performance.now()) },
  );
  expect(performance.now() - started).toBeLessThan(seconds * 1000 + slack);
  return { ...outcome, home };
}

/** Expects an empty stdout, and only an error with this text on stderr. */
function expectFailure({ stdout, stderr }: Outcome, says: string): void {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^(authctl: [^\n\x1b]+\n)+(hint: [^\n\x1b]+\n)?$/);
  expect(stderr).toContain(says);
  expectNoSecret(stderr);
  expect(stderr).not.toMatch(/c4nary|f4ulty/);
}

describe.each(allAccounts)('%s', (name) => {
  const rows = Object.entries({ ...connections, ...answers });
  test.concurrent.each(rows)('a server: %s', async (_, fault: Fault) => {
    const { exit, says = '', requests = 1, timeout = 20, act } = fault;
    const { status = 200, body }: Reply = accounts[name].success(token);
    const served = (await server).serve({ act, status, body: JSON.stringify(body) });
    const { home, ...outcome } = await login(name, served.url, timeout);
    expect([outcome.code, served.requests()]).toEqual([exit, requests]);
    if (exit === 0) expect(outcome.stdout).toBe(`${token}\n`);
    else expectFailure(outcome, says);
    expect(home.sessions()).toHaveLength(exit === 0 ? 1 : 0);
  });

  const places: readonly (readonly [string, () => Promise<string> | string, string])[] = [
    ['a closed port', deadUrl, 'refused the connection'],
    ['an unknown host', () => 'https://no-such-host.invalid', 'no-such-host.invalid'],
  ];
  test.concurrent.each(places)('%s', async (_, url, says) => {
    const { home, ...outcome } = await login(name, await url(), 20);
    expect(outcome.code).toBe(5);
    expectFailure(outcome, says);
    expect(home.sessions()).toEqual([]);
  });
});
