/** `doctor`: a planted failure for each check. */
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createNetServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Certificate, makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith } from '../parts.ts';
import {
  type SecretService,
  secretServiceParts,
  withSecretService,
} from '../real/secret-service.ts';
import { accounts, expectNoSecret } from './accounts.ts';
import { authctl, type Env, newHome, type RunOptions } from './harness.ts';
import { deadUrl, serve } from './servers.ts';

const { ropo } = accounts;
/** The network is not this machine's, whose proxy the harness sets. */
const direct = { HTTPS_PROXY: undefined, HTTP_PROXY: undefined };

interface Row {
  readonly check: string;
  readonly state: string;
  readonly subject: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** Runs the checks, and returns their rows. */
async function doctor(args: readonly string[] = [], options: RunOptions = {}) {
  const env = { ...direct, ...options.env };
  const outcome = await authctl(['doctor', '-o', 'json', ...args], { ...options, env });
  const rows: Row[] = JSON.parse(outcome.stdout);
  expect(outcome.code).toBe(rows.some(({ state }) => state === 'failed') ? 1 : 0);
  return {
    ...outcome,
    rows,
    of: (check: string) => rows.filter((row) => row.check === check),
  };
}

const failed = (message: unknown, hint: unknown = expect.any(String)) =>
  expect.objectContaining({ state: 'failed', message, hint });
const containing = (words: string) => expect.stringContaining(words);

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    if ('closeAllConnections' in server)
      (server as ReturnType<typeof createServer>).closeAllConnections();
    server.close();
  }
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

test('in a new home nothing fails, and nothing is left behind', async () => {
  const home = newHome();
  const { rows, stderr } = await doctor([], { home });
  expect(stderr).toBe('');
  expect(rows.map(({ check, state }) => [check, state])).toEqual([
    ['Node', 'ok'],
    ['config', 'ok'],
    ['store', 'ok'],
    ['keychain', 'skipped'],
    ['providers', 'skipped'],
    ['completions', expect.stringMatching(/^(skipped|warning)$/)],
    ['proxy', 'ok'],
    ['authorities', 'ok'],
    ['server', 'skipped'],
    ['clock', 'skipped'],
  ]);
  expect(readdirSync(join(home.state, 'sessions'))).toEqual([]);
  expect(readdirSync(join(home.state, 'unfinished'))).toEqual([]);
});

test('the server of a session is asked for HEAD / once, without a credential', async () => {
  const home = newHome();
  const { url, requests } = await serve(({ method }) =>
    method === 'HEAD'
      ? { status: 404, headers: { 'Content-Length': '99999999' } }
      : ropo.success('tok'),
  );
  await authctl(['login', 'ropo', '--base-url', `${url}/path`], { home, env: ropo.env });
  const { rows, stdout, code } = await doctor([], { home });
  expect(code).toBe(0);
  expectNoSecret(stdout);
  expect(requests.slice(1)).toEqual([
    {
      method: 'HEAD',
      url: '/',
      body: '',
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        host: new URL(url).host,
        connection: 'close',
        'user-agent': expect.stringMatching(/^authctl\//),
      },
    },
  ]);
  const lines = rows.filter(({ subject }) => subject === url);
  expect(lines.map(({ check, state }) => [check, state])).toEqual([
    ['server', 'ok'],
    ['DNS', 'skipped'],
    ['TCP', 'ok'],
    ['TLS', 'skipped'],
    ['HTTP', 'ok'],
  ]);
  expect(rows).toContainEqual(expect.objectContaining({ check: 'clock', state: 'ok' }));
});

test('the table is printed even if a check failed, with hints and in colour', async () => {
  const url = await deadUrl();
  const env = { ...direct, ROPO_BASE_URL: url, FORCE_COLOR: '1' };
  const { code, stdout, stderr } = await authctl(['doctor'], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^authctl: one check of \d+ failed\n$/);
  expect(stdout).toMatch(/^\x1b\[32mok {5}\x1b\[39m {2}Node +version \d/);
  expect(stdout).toContain(`\x1b[31mfailed \x1b[39m  TCP `);
  expect(stdout).toContain(`${url} refused the connection\n`);
  expect(stdout).toMatch(/\n {9}hint: check the host and the port/);
  const asJson = await authctl(['doctor', '--error-format', 'json', '--no-color'], { env });
  expect(JSON.parse(asJson.stderr)).toMatchObject({
    error: { code: 'check_failed', exit_code: 1 },
  });
  expect(asJson.stdout).not.toContain('\x1b');
});

describe('the config', () => {
  test.each<[string, unknown, unknown, string]>([
    ['is not JSON', '{"ropo": ', containing('is not valid JSON'), 'mv '],
    ['has a secret', { ropo: { apicode: 'x' } }, containing('secret in plain'), 'config unset'],
    ['has a level of another type', { ropo: 1 }, containing('expected an object'), 'mv '],
  ])('%s', async (_, config, message, hint) => {
    const home = newHome();
    home.setConfig(config);
    expect((await doctor([], { home })).of('config')).toContainEqual(
      failed(message, containing(hint)),
    );
  });

  test('has an unknown setting, which is a warning', async () => {
    const home = newHome();
    home.setConfig({ ropo: { cdi: '1' } });
    const { code, of } = await doctor([], { home });
    expect([code, of('config').at(-1)]).toMatchObject([
      0,
      {
        state: 'warning',
        message: 'ropo.cdi is not a known setting',
        hint: 'authctl config unset ropo.cdi',
      },
    ]);
  });

  test('can be changed by others', async () => {
    const home = newHome();
    home.setConfig({ ropo: { cid: '1' } });
    chmodSync(home.config, 0o666);
    expect((await doctor([], { home })).of('config')).toEqual([
      failed(containing(home.config), containing('chmod')),
    ]);
  });

  test('is not there yet, in a directory that others can change', async () => {
    const home = newHome();
    mkdirSync(dirname(home.config), { recursive: true });
    chmodSync(dirname(home.config), 0o777);
    expect((await doctor([], { home })).of('config')).toEqual([
      failed(containing(dirname(home.config)), containing('chmod')),
    ]);
  });
});

test('a state directory that others can change fails', async () => {
  const home = newHome();
  mkdirSync(home.state, { recursive: true });
  chmodSync(home.state, 0o777);
  expect((await doctor([], { home })).of('store')).toEqual([
    failed(containing(home.state), `ls -ld ${home.state}`),
  ]);
});

test('a provider whose file is broken fails, also if it is the one that is named', async () => {
  const home = newHome();
  mkdirSync(join(dirname(home.config), 'providers'), { recursive: true, mode: 0o700 });
  const path = home.write('.config/authctl/providers/mine.yaml', 'title: 1\n');
  const wrong = expect.objectContaining({
    subject: 'mine',
    state: 'failed',
    message: containing(path),
    hint: `authctl provider check ${path}`,
  });
  for (const args of [[], ['mine'], ['ropo', 'mine']]) {
    const { of } = await doctor(args, { home, env: { ROPO_BASE_URL: (await serve({})).url } });
    expect(of('providers')).toEqual([wrong]);
  }
  expect((await doctor(['netnut'], { home })).of('providers')).toMatchObject([
    { state: 'skipped' },
  ]);
});

test('an unknown provider is wrong usage', async () => {
  const { code, stdout } = await authctl(['doctor', 'no-such']);
  expect([code, stdout]).toEqual([2, '']);
});

test('a provider that is named is checked, whether or not it is in use', async () => {
  const { of } = await doctor(['pegase3']);
  expect(of('server')).toMatchObject([
    { subject: 'pegase3', state: 'warning', hint: 'authctl help credentials' },
  ]);
});

describe('a server', () => {
  const at = (url: string, env: Env = {}, ...args: string[]) =>
    doctor(args, { env: { ROPO_BASE_URL: url, ...env } });

  test('whose URL is refused', async () => {
    expect((await at('http://api.example')).of('server')).toContainEqual(
      failed(containing('plain http'), containing('--allow-http')),
    );
  });

  test('whose name is not found', async () => {
    const { of } = await at('https://no-such-host.invalid');
    expect(of('DNS')).toEqual([failed(containing('the host no-such-host.invalid'))]);
    expect(of('TCP')).toEqual([]);
  });

  test('whose port is closed', async () => {
    expect((await at(await deadUrl())).of('TCP')).toEqual([
      failed(containing('refused the connection')),
    ]);
  });

  test('that does not speak TLS', async () => {
    const { url } = await serve({});
    const { of } = await at(url.replace('http:', 'https:'));
    expect(of('TCP')).toMatchObject([{ state: 'ok' }]);
    expect(of('TLS')).toEqual([failed(containing('does not speak TLS'))]);
  });

  test('that says 503, which is a warning', async () => {
    const { code, of } = await at((await serve({ status: 503 })).url);
    expect([code, of('HTTP')]).toMatchObject([0, [{ state: 'warning' }]]);
  });

  test('that never answers, beside another one: within the time', async () => {
    const silent = async () => `http://127.0.0.1:${await portOf(createNetServer())}`;
    const started = Date.now();
    const { of } = await at(
      await silent(),
      { NETNUT_BASE_URL: await silent(), VERBIT_BASE_URL: await silent() },
      '--timeout',
      '2s',
    );
    expect(Date.now() - started).toBeLessThan(4500);
    expect(of('HTTP')).toEqual(
      Array.from({ length: 3 }, () =>
        failed(
          expect.stringMatching(/^timed out after 2 s while waiting/),
          containing('--timeout'),
        ),
      ),
    );
  });

  test.each([
    [3 * 3600, 'ahead of'],
    [-3 * 3600, 'behind'],
  ])('whose clock differs by %i s', async (off, words) => {
    const date = new Date(Date.now() - off * 1000).toUTCString();
    const wrong = await serve({ headers: { Date: date } });
    expect((await at(wrong.url)).of('clock')).toEqual([
      failed(expect.stringMatching(`^this machine's clock is .* ${words} that of the server$`)),
    ]);
    // Not if another one agrees with this machine.
    const right = await serve({});
    const { code, of } = await at(wrong.url, { NETNUT_BASE_URL: right.url });
    expect([code, of('clock')]).toMatchObject([0, [{ state: 'warning', subject: wrong.url }]]);
    // What a cache keeps is older.
    const cached = await serve({ headers: { Date: date, Age: String(off) } });
    if (off > 0) expect((await at(cached.url)).of('clock')).toMatchObject([{ state: 'ok' }]);
  });
});

describeWith(['openssl'], 'a certificate', () => {
  let authority: ReturnType<typeof makeAuthority>;
  let issue: (names: readonly string[], days?: number) => Certificate;
  beforeAll(() => {
    authority = makeAuthority();
    let count = 0;
    issue = (names, days) => authority.issue(`issued-${++count}`, names, days);
  });
  afterAll(() => authority.remove());

  const check = async (certificate: Certificate, trusted: boolean) => {
    const server = createHttpsServer(readCertificate(certificate), (_, answer) => answer.end());
    const port = await portOf(server);
    const env = { ROPO_BASE_URL: `https://127.0.0.1:${port}` };
    return doctor(trusted ? ['--cacert', authority.cert] : [], { env });
  };

  test.each<[string, readonly string[], number, boolean, string]>([
    ['of an unknown authority', ['IP:127.0.0.1'], 2, false, 'unknown authority'],
    ['for another host', ['DNS:other.example'], 2, true, 'for another host'],
    ['that has expired', ['IP:127.0.0.1'], -1, true, 'has expired'],
  ])('%s', async (_, names, days, trusted, words) => {
    const { of } = await check(issue(names, days), trusted);
    expect(of('TCP')).toMatchObject([{ state: 'ok' }]);
    expect(of('TLS')).toEqual([failed(containing(words))]);
    expect(of('HTTP')).toEqual([]);
  });

  test('of another host, behind a proxy', async () => {
    const certificate = readCertificate(issue(['DNS:other.example']));
    const port = await portOf(createHttpsServer(certificate));
    const proxy = createServer();
    proxy.on('connect', (_, socket) => {
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    const HTTPS_PROXY = `http://127.0.0.1:${await portOf(proxy)}`;
    const env = { HTTPS_PROXY, ROPO_BASE_URL: 'https://api.example' };
    const { rows } = await doctor(['--cacert', authority.cert], { env });
    const legs = rows.filter(({ subject }) => subject === 'https://api.example');
    expect(legs.slice(1)).toMatchObject([
      { check: 'DNS', state: 'skipped' },
      { check: 'TCP', state: 'ok' },
      { check: 'proxy', state: 'ok', message: `${HTTPS_PROXY}, by HTTPS_PROXY` },
      { check: 'TLS', state: 'failed', message: containing('for another host') },
    ]);
  });

  test('that is right', async () => {
    const { code, of } = await check(issue(['IP:127.0.0.1']), true);
    expect([code, of('TLS'), of('HTTP')]).toMatchObject([0, [{ state: 'ok' }], [{ state: 'ok' }]]);
    expect(of('authorities')).toMatchObject([{ state: 'ok', message: containing(authority.cert) }]);
  });
});

describe('a proxy', () => {
  const through = (proxy: string) =>
    doctor([], { env: { HTTPS_PROXY: proxy, ROPO_BASE_URL: 'https://api.example' } });
  const proxyThatAnswers = async (answer: string) => {
    const server = createServer();
    server.on('connect', (_, socket) => socket.end(answer));
    return `127.0.0.1:${await portOf(server)}`;
  };

  test.each([
    ['407 Authentication Required', 'requires authentication'],
    ['403 Forbidden', 'did not connect to https://api.example'],
  ])('that answers %s', async (status, words) => {
    const host = await proxyThatAnswers(`HTTP/1.1 ${status}\r\n\r\n`);
    const { of, stdout } = await through(`http://me:hunter2@${host}`);
    expect(of('proxy')).toEqual([
      expect.objectContaining({ state: 'ok', message: `http://${host} for https, by HTTPS_PROXY` }),
      expect.objectContaining({ state: 'failed', message: containing(words) }),
    ]);
    expect(of('TLS')).toEqual([]);
    expect(stdout).not.toContain('hunter2');
  });

  test('that is not there', async () => {
    const { of } = await through(await deadUrl());
    expect(of('TCP')).toEqual([failed(containing('the proxy'))]);
  });

  test('whose variable is no URL of one', async () => {
    const { of } = await through('socks5://127.0.0.1:9');
    expect(of('proxy')[0]).toEqual(
      failed(containing('HTTPS_PROXY is not the URL'), containing('')),
    );
  });
});

test.each([
  ['NODE_EXTRA_CA_CERTS', 'there is no such file'],
  ['SSL_CERT_FILE', 'there is no such file'],
])('%s names a file that is not there', async (variable, words) => {
  const { of } = await doctor([], { env: { [variable]: '/no/such/file' } });
  expect(of('authorities')).toEqual([failed(containing(words), `unset ${variable}`)]);
});

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is a warning', async () => {
  const { of } = await doctor([], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  expect(of('authorities')).toMatchObject([{ state: 'warning' }]);
});

test('completions are found in their place, or where a shell starts', async () => {
  const home = newHome();
  const check = async () => {
    const { of } = await doctor([], { home, env: { SHELL: '/bin/zsh' } });
    return of('completions');
  };
  expect(await check()).toMatchObject([{ state: 'warning', hint: containing('completion zsh') }]);
  const path = home.write('.zshrc', 'source <(authctl completion zsh)\n');
  expect(await check()).toMatchObject([{ state: 'ok', message: `zsh, in ${path}` }]);
});

describeWith(secretServiceParts, 'the keychain', () => {
  const services: SecretService[] = [];
  afterAll(() => Promise.all(services.map((service) => service.stop())));
  const check = async (kind: Parameters<typeof withSecretService>[0], config: object = {}) => {
    const service = await withSecretService(kind);
    services.push(service);
    const home = newHome();
    home.setConfig(config);
    const env = { ...service.env, AUTHCTL_NO_KEYCHAIN: undefined };
    const { of } = await doctor([], { home, env });
    expect(JSON.parse(home.readConfig())).toEqual(config);
    return of('keychain');
  };
  const used = { keychain_accounts: ['ropo/default/apicode@https://ropo24.fi'] };

  test('that works: what was stored is removed', async () => {
    expect(await check('unlocked')).toMatchObject([{ state: 'ok' }]);
  });

  test('that hangs', async () => {
    expect(await check('hanging')).toEqual([failed(containing('did not answer within 3 s'))]);
  });

  test('that hangs for longer than all may take', async () => {
    const service = await withSecretService('hanging');
    services.push(service);
    const env = { ...service.env, AUTHCTL_NO_KEYCHAIN: undefined };
    const started = Date.now();
    const { of } = await doctor(['--timeout', '1s'], { env });
    expect(Date.now() - started).toBeLessThan(2800);
    expect(of('keychain')).toEqual([
      failed('it did not end within 1 s', 'authctl doctor --timeout 2s'),
    ]);
  });

  test.each(['absent', 'no-dbus', 'locked'] as const)(
    'that is %s: a failure only where it is needed',
    async (kind) => {
      expect(await check(kind)).toMatchObject([{ state: 'warning' }]);
      expect(await check(kind, used)).toEqual([failed(containing('cannot be used'))]);
    },
  );
});
