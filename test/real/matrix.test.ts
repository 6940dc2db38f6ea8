/** Synapse, the reference homeserver of Matrix: refresh tokens that rotate, and devices that a logout deletes. */
import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'matrix';
const password = 'matrix "Passw0rd" \\ü';
const env: Env = { MATRIX_USER: 'ada', MATRIX_PASSWORD: password };
const wrong = { MATRIX_PASSWORD: 'wr0ng-one' };
const secret = 'for registering only';

/** The settings: one listener, no other homeservers, and access tokens of five minutes. */
const settings = (port: number | undefined, directory: string) => ({
  server_name: 'localhost',
  listeners: [
    {
      port,
      type: 'http',
      bind_addresses: ['127.0.0.1'],
      resources: [{ names: ['client'] }],
    },
  ],
  database: { name: 'sqlite3', args: { database: join(directory, 'homeserver.db') } },
  media_store_path: join(directory, 'media'),
  signing_key: `ed25519 key1 ${randomBytes(32).toString('base64').replace('=', '')}`,
  log_config: join(directory, 'log.json'),
  registration_shared_secret: secret,
  macaroon_secret_key: secret,
  form_secret: secret,
  refreshable_access_token_lifetime: '5m',
  bcrypt_rounds: 4,
  rc_login: {
    address: { per_second: 1000, burst_count: 1000 },
    account: { per_second: 1000, burst_count: 1000 },
    failed_attempts: { per_second: 0.001, burst_count: 4 },
  },
  trusted_key_servers: [],
  report_stats: false,
});

const logging = { version: 1, root: { level: 'ERROR' }, disable_existing_loggers: false };

/** A homeserver with the users ada and bob. */
async function startSynapse(): Promise<RealServer> {
  const server = await startServer({
    ports: 1,
    ready: '/_matrix/client/versions',
    within: 60_000,
    command: ([port], directory) => {
      const config = join(directory, 'homeserver.yaml');
      writeFileSync(config, JSON.stringify(settings(port, directory)));
      writeFileSync(join(directory, 'log.json'), JSON.stringify(logging));
      return ['synapse_homeserver', '--config-path', config];
    },
  });
  const url = `${server.url}/_synapse/admin/v1/register`;
  for (const username of ['ada', 'bob']) {
    const { nonce } = (await (await fetch(url)).json()) as { nonce: string };
    const text = [nonce, username, password, 'notadmin'].join('\0');
    const mac = createHmac('sha1', secret).update(text).digest('hex');
    const body = JSON.stringify({ nonce, username, password, admin: false, mac });
    const { status } = await fetch(url, { method: 'POST', body });
    expect(status).toBe(200);
  }
  return server;
}

describeWith(['bash', 'curl', 'synapse_homeserver'], 'Synapse', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startSynapse();
  }, 90_000);
  afterAll(() => server?.end());

  const account = (more: Env = {}): Promise<Account> =>
    addProvider(name, { url: server.url, env: { ...env, ...more } });
  const api = (path: string) => `${server.url}/_matrix/client/v3/${path}`;
  /** What Synapse answers to a token. */
  const ask = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(api('account/whoami'), { headers });
    await response.arrayBuffer();
    return response.status;
  };
  const stored = (user: Account) =>
    user.stored() as { access_token: string; refresh_token: string };

  test('a login brings a token that lists devices, by each output for calls', async () => {
    const user = await account({ MATRIX_DEVICE_NAME: 'the test' });
    const token = await user.output('login');
    for (const how of ['curl', 'header'] as const) {
      const { devices } = JSON.parse(await user.curl(how, api('devices')));
      expect(devices).toContainEqual(expect.objectContaining({ display_name: 'the test' }));
    }
    expect(await ask('no-such-token')).toBe(401);
    expect(await user.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: Matrix accepts the token, as "Authorization: Bearer <token>"\n',
    });
    const { expires_in } = JSON.parse(await user.output('token', ['-o', 'json']));
    expect(expires_in).toBeGreaterThan(280);
    expect(expires_in).toBeLessThanOrEqual(300);
    await expectStored(server, user, token);
  });

  test('a refresh brings both tokens anew, and the used one is refused', async () => {
    const user = await account();
    await user.output('login');
    const before = stored(user);
    await user.output('refresh', [], { MATRIX_PASSWORD: undefined });
    const after = stored(user);
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).not.toBe(before.refresh_token);
    expect(await ask(after.access_token)).toBe(200);
    const old = await user.authctl('refresh', ['--refresh-token-stdin'], {
      stdin: before.refresh_token,
    });
    expect([old.code, old.stderr]).toEqual([4, expect.stringContaining('M_FORBIDDEN')]);
    expect(stored(user)).toEqual(after);
  });

  test('logout deletes the device, and both tokens with it', async () => {
    const [user, other] = await Promise.all([account(), account()]);
    const [token, kept] = [await user.output('login'), await other.output('login')];
    const { refresh_token } = stored(user);
    expect((await user.authctl('logout')).code).toBe(0);
    expect([await ask(token), await ask(kept)]).toEqual([401, 200]);
    expect(user.home.sessions()).toEqual([]);
    const left = await user.authctl('verify', ['--token-stdin'], { stdin: token });
    expect([left.code, left.stderr]).toEqual([4, expect.stringContaining('M_UNKNOWN_TOKEN')]);
    const old = await user.authctl('refresh', ['--refresh-token-stdin'], { stdin: refresh_token });
    expect(old.code).toBe(4);
  });

  test('a token that Synapse has ended before is one that has ended', async () => {
    const user = await account();
    const headers = { Authorization: `Bearer ${await user.output('login')}` };
    const { status } = await fetch(api('logout'), { method: 'POST', headers, body: '{}' });
    expect(status).toBe(200);
    expect((await user.authctl('verify')).code).toBe(4);
    expect((await user.authctl('logout')).code).toBe(0);
  });

  test('a wrong password and an unknown user are refused in Synapse’s words', async () => {
    const user = await account();
    for (const more of [wrong, { MATRIX_USER: 'nobody' }]) {
      const { code, stderr } = await user.authctl('login', [], { env: more });
      expect([code, stderr]).toEqual([
        4,
        expect.stringContaining('Invalid username or password (code M_FORBIDDEN)'),
      ]);
    }
    expect(user.home.sessions()).toEqual([]);
  });

  test('too many wrong passwords are no refusal: they say nothing of the right one', async () => {
    const user = await account({ MATRIX_USER: 'bob' });
    let code: number | null = 4;
    for (let count = 0; count < 10 && code === 4; count++) {
      ({ code } = await user.authctl('login', ['--retries', '0'], { env: wrong }));
    }
    expect(code).toBe(6);
    await sleep(100);
    const right = await user.authctl('login', ['--retries', '0']);
    expect([right.code, right.stderr]).toEqual([6, expect.not.stringContaining('refused')]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const user = await account();
    const good = await trial(user);
    const steps = { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' };
    expect(good).toMatchObject({ code: 0, steps });
    expect(good.text).toContain('found at /expires_in_ms');
    const bad = await trial(user, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const word of [password, JSON.stringify(password), 'wr0ng-one', 'syt_', 'syr_']) {
      expect(all).not.toContain(word);
    }
  });
});
