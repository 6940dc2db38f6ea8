/** CrowdSec's local API: a machine's password brings a JWT for an hour, which nothing ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'crowdsec';
const password = 'cr0wd "Passw0rd" \\ü';
const env = { CROWDSEC_MACHINE_ID: 'ada', CROWDSEC_PASSWORD: password };
const wrong = { CROWDSEC_PASSWORD: 'wr0ng-one' };
const refusal = 'incorrect Username or Password (code 401)';

/** The settings: the local API alone, which asks nobody else. */
const settings = (port: number | undefined) => ({
  common: { daemonize: false, log_media: 'stdout', log_level: 'error', working_dir: '.' },
  config_paths: {
    config_dir: '.',
    data_dir: '.',
    simulation_path: 'simulation.yaml',
    hub_dir: 'hub',
    index_path: 'hub/.index.json',
  },
  db_config: { type: 'sqlite', db_path: 'crowdsec.db', use_wal: true },
  api: {
    client: { credentials_path: 'client.yaml' },
    server: { listen_uri: `127.0.0.1:${port}`, profiles_path: 'profiles.yaml' },
  },
  prometheus: { enabled: false },
});

const run = `set -e
cscli --error -c config.yaml machines add ada --password "$1" --file client.yaml
exec crowdsec -c config.yaml -no-cs`;

describeWith(['bash', 'crowdsec', 'curl'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 1,
      ready: '/health',
      command: ([port], directory) => {
        const files = {
          'config.yaml': settings(port),
          'client.yaml': { url: `http://127.0.0.1:${port}/` },
          'profiles.yaml': { name: 'none', filters: ['false'] },
          'simulation.yaml': { simulation: false },
        };
        for (const [file, content] of Object.entries(files)) {
          writeFileSync(join(directory, file), JSON.stringify(content));
        }
        return ['bash', '-c', run, 'bash', password];
      },
    });
  }, 30_000);
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  const alerts = () => `${server.url}/v1/alerts`;

  test('a login brings a token that reads the alerts, by each output for calls', async () => {
    const machine = await account();
    const token = await machine.output('login');
    for (const how of ['curl', 'header'] as const) {
      // There are none, which CrowdSec calls null.
      expect(JSON.parse(await machine.curl(how, alerts()))).toBeNull();
    }
    expect((await fetch(alerts())).status).toBe(401);
    expect(await machine.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: CrowdSec accepts the token, as "Authorization: Bearer <token>"\n',
    });
    const { expires_in } = JSON.parse(await machine.output('token', ['-o', 'json']));
    expect(expires_in).toBeGreaterThan(3590);
    expect(expires_in).toBeLessThanOrEqual(3600);
    await expectStored(server, machine, token);
  });

  test('a wrong password and an unknown machine are refused in CrowdSec’s words', async () => {
    const machine = await account();
    for (const [more, words] of [
      [wrong, refusal],
      [{ CROWDSEC_MACHINE_ID: 'nobody' }, 'ent: machine not found (code 401)'],
    ] as const) {
      const { code, stderr } = await machine.authctl('login', [], { env: more });
      expect([code, stderr]).toEqual([4, expect.stringContaining(words)]);
    }
    expect(machine.home.sessions()).toEqual([]);
  });

  test('a machine that nobody has validated is refused, and CrowdSec says so', async () => {
    const { status } = await fetch(`${server.url}/v1/watchers`, {
      method: 'POST',
      body: JSON.stringify({ machine_id: 'newcomer', password }),
    });
    expect(status).toBe(201);
    const machine = await account();
    const { code, stderr } = await machine.authctl('login', [], {
      env: { CROWDSEC_MACHINE_ID: 'newcomer' },
    });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('machine newcomer not validated (code 401)'),
    ]);
  });

  test('a token that is none, and one with another signature, are refused', async () => {
    const machine = await account();
    const token = await machine.output('login');
    for (const [stdin, words] of [
      ['no-such-token', 'token contains an invalid number of segments'],
      [`${token.slice(0, -4)}AAAA`, 'signature is invalid'],
    ] as const) {
      const left = await machine.authctl('verify', ['--token-stdin'], { stdin });
      expect([left.code, left.stderr]).toEqual([4, expect.stringContaining(words)]);
    }
  });

  test('logout removes the token; CrowdSec has no logout, and takes it until it expires', async () => {
    const machine = await account();
    const token = await machine.output('login');
    expect((await machine.authctl('logout')).code).toBe(0);
    expect(machine.home.sessions()).toEqual([]);
    const left = await machine.authctl('verify', ['--token-stdin'], { stdin: token });
    expect(left.code).toBe(0);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const machine = await account();
    const good = await trial(machine);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok' } });
    expect(good.text).toMatch(/the lifetime is 3(600|599) s, found at \/expire/);
    const bad = await trial(machine, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, JSON.stringify(password), 'wr0ng-one', 'eyJ']) {
      expect(all).not.toContain(secret);
    }
  });
});
