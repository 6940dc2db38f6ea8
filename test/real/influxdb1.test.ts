/** InfluxDB 1: no login at all, but a JWT that is signed with the server's shared secret. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'influxdb1';
const secret = 'shared "Secr3t" ü';
const admin: Env = { INFLUXDB1_USERNAME: 'admin', INFLUXDB1_SHARED_SECRET: secret };
const reader: Env = { ...admin, INFLUXDB1_USERNAME: 'reader' };

/** The settings: the API for users alone, and nothing that others would report to. */
const settings = ([web, rpc]: readonly number[], directory: string) => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${directory}/meta"
[data]
dir = "${directory}/data"
wal-dir = "${directory}/wal"
[http]
bind-address = "127.0.0.1:${web}"
auth-enabled = true
shared-secret = ${JSON.stringify(secret)}
log-enabled = false
[monitor]
store-enabled = false
`;

/** An InfluxDB with a database and two users: an administrator, and one who may read it. */
async function startInflux(): Promise<RealServer> {
  const server = await startServer({
    ports: 2,
    ready: '/ping',
    command: (ports, directory) => {
      const config = join(directory, 'influxdb.conf');
      writeFileSync(config, settings(ports, directory));
      return ['influxd', 'run', '-config', config];
    },
  });
  const password = 'only for these';
  for (const q of [
    `CREATE USER admin WITH PASSWORD '${password}' WITH ALL PRIVILEGES`,
    `CREATE USER reader WITH PASSWORD '${password}'`,
    'CREATE DATABASE weather',
    'GRANT READ ON weather TO reader',
  ]) {
    const response = await fetch(`${server.url}/query`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`admin:${password}`)}` },
      body: new URLSearchParams({ q }),
    });
    expect(await response.json()).toEqual({ results: [{ statement_id: 0 }] });
  }
  return server;
}

describeWith(['bash', 'curl', 'influxd'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startInflux();
  }, 30_000);
  afterAll(() => server?.end());

  const account = (env: Env): Promise<Account> => addProvider(name, { url: server.url, env });
  const write = ({ curl }: Account, how: 'curl' | 'header', value: number) => {
    const status = ['--output', '/dev/null', '--write-out', '%{http_code}'];
    const line = `air temperature=${value} 1000000000`;
    return curl(how, ...status, '--data-binary', line, `${server.url}/write?db=weather`);
  };
  const query = async ({ curl }: Account) => {
    const url = `${server.url}/query?db=weather`;
    const text = await curl('curl', '--get', '--data-urlencode', 'q=SELECT * FROM air', url);
    return JSON.parse(text).results[0].series[0].values;
  };

  test('a token that is made here writes and reads, as far as its user may', async () => {
    const [writer, other] = await Promise.all([account(admin), account(reader)]);
    expect(await write(writer, 'curl', 20)).toBe('204');
    expect(await write(writer, 'header', 21)).toBe('204');
    expect(await query(other)).toEqual([[expect.any(String), 21]]);
    expect(await write(other, 'curl', 22)).toBe('403');
  });

  test('a login asks nobody, and the token is good for an hour', async () => {
    const user = await account(reader);
    const printed = await server.whileStopped(() => user.output('login', ['-o', 'json']));
    const { token, expires_in } = JSON.parse(printed);
    expect(token).toMatch(/^eyJ/);
    expect(expires_in).toBeGreaterThan(3590);
    expect(expires_in).toBeLessThanOrEqual(3600);
    expect(await user.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: InfluxDB 1 accepts the token, as "Authorization: Bearer <token>"\n',
    });
  });

  test.each([
    ['another secret', { INFLUXDB1_SHARED_SECRET: 'wr0ng-one' }, 'signature is invalid'],
    ['an unknown user', { INFLUXDB1_USERNAME: 'nobody' }, 'user not found'],
  ])('the token of %s is refused in the server’s words, once it is used', async (_, env, words) => {
    const user = await account({ ...reader, ...env });
    await user.output('login');
    const { code, stderr } = await user.authctl('verify');
    expect([code, stderr]).toEqual([4, expect.stringContaining(words)]);
  });

  test('logout removes the token; the server knows of none, and takes it until it expires', async () => {
    const user = await account(reader);
    const token = await user.output('login');
    expect((await user.authctl('logout')).code).toBe(0);
    expect(user.home.sessions()).toEqual([]);
    expect((await user.authctl('verify', ['--token-stdin'], { stdin: token })).code).toBe(0);
  });

  test('provider test --real shows what is signed, without the secret or the token', async () => {
    const user = await account(reader);
    const good = await trial(user);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok' } });
    const bad = await trial(user, { INFLUXDB1_SHARED_SECRET: 'wr0ng-one' });
    expect(bad).toMatchObject({ code: 4, steps: { login: 'ok', verify: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const word of [secret, JSON.stringify(secret), 'wr0ng-one', 'eyJ']) {
      expect(all).not.toContain(word);
    }
  });
});
