/** Numbers and files from outside: none makes a token live longer, or the program hang or race. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts } from '../e2e/accounts.ts';
import {
  authctl,
  exitStatus,
  type Home,
  newHome,
  output,
  program,
  run,
  testUnderNode,
} from '../e2e/harness.ts';
import { deadUrl, serve } from '../e2e/servers.ts';
import { start } from '../e2e/start.ts';
import { age, changeStored, readStored } from '../e2e/stored.ts';
import { makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith } from '../parts.ts';

const { ropo } = accounts;
const datarhei = accounts['datarhei by password'];
const now = () => Math.floor(Date.now() / 1000);
const hour = 3_600_000;
const year = 365 * 86_400;

/** The lifetime of the only session in a home, in milliseconds. */
function lifetimeIn(home: Home): number | null | undefined {
  const [path] = home.sessions();
  return path === undefined ? undefined : readStored(path).token_set.lifetime;
}

describe('a token with an expiry', () => {
  const documented = 2 * hour;
  test.concurrent.each<[string, string, number, string | undefined]>([
    ['in 1970', '{"exp":1}', documented, 'it is in the past'],
    ['in the year 9999', '{"exp":253402300799}', documented, 'it is more than ten years away'],
    ['in 99 years', `{"exp":${now() + 99 * year}}`, documented, 'it is more than ten years away'],
    ['that is a text', '{"exp":"4102444800"}', documented, 'it is not a number'],
    ['that is null', '{"exp":null}', documented, 'it is not a number'],
    ['beyond every number', '{"exp":1e400}', documented, 'it is more than ten years away'],
    ['in a year', `{"exp":${now() + year}}`, 48 * documented, undefined],
    [
      'in nine years, and a half second',
      `{"exp":${now() + 9 * year}.5}`,
      48 * documented,
      undefined,
    ],
  ])('%s is taken, and kept no longer than is known', async (_, claims, lifetime, says) => {
    const token = jwt({}).replace(/\..*\./, `.${Buffer.from(claims).toString('base64url')}.`);
    const { url } = await serve(ropo.success(token));
    const home = newHome();
    const args = ['login', 'ropo', '--base-url', url, '-v'];
    const { code, stdout, stderr } = await authctl(args, { home, env: ropo.env });
    expect([code, stdout]).toEqual([0, `${token}\n`]);
    if (says === undefined) expect(stderr).not.toContain('counts as unknown');
    else expect(stderr).toContain(`the token's "exp" is ignored: ${says}`);
    expect(lifetimeIn(home)).toBe(lifetime);
    age(home, lifetime / 1000);
    const later = await authctl(['token', 'ropo', '--base-url', url, '--cid', '4711'], { home });
    expect([later.code, later.stdout]).toEqual([3, '']);
  });
});

test('a session file that claims a century is served for 400 days', async () => {
  const { url } = await serve(ropo.success('kept'));
  const home = newHome();
  home.setConfig({ ropo: { base_url: url, cid: '4711' } });
  await output(['login', 'ropo'], { home, env: ropo.env });
  changeStored(home, () => ({ lifetime: 100 * year * 1000 }));
  // By the launcher, and by the program.
  const ways = [
    ['token', 'ropo'],
    ['token', 'ropo', '-v'],
  ];
  age(home, 399 * 86_400);
  for (const way of ways) expect((await authctl(way, { home })).stdout).toBe('kept\n');
  age(home, 86_400);
  for (const way of ways) expect((await authctl(way, { home })).code).toBe(3);
});

test('an empty refresh token is none', async () => {
  const { url } = await serve({ body: { access_token: 'tok', refresh_token: '' } });
  const home = newHome();
  const args = ['login', 'datarhei', '--base-url', url, '-o', 'json'];
  const result = JSON.parse(await output(args, { home, env: datarhei.env }));
  expect([result.token, 'refresh_token' in result]).toEqual(['tok', false]);
  expect((await authctl(['refresh', '--base-url', url], { home })).code).toBe(3);
});

/** A pipe in a home that nobody writes to. */
function pipeIn(home: Home): string {
  const path = join(home.path, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

describeWith(['openssl'], 'a file that has no end, or never begins', () => {
  const authority = makeAuthority();
  const good = authority.issue('good', ['IP:127.0.0.1']);
  const server = createServer(readCertificate(good), (_, response) => {
    response.writeHead(201).end('{"token":"tok"}');
  });
  const secure = new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    authority.remove();
  });

  /** Milliseconds that starting and ending may take on a machine under load. */
  const slack = 15_000;
  const login = ['login', 'ropo', '--cid', '1', '--timeout', '1s', '--base-url'];
  const options: readonly (readonly [string, readonly string[]])[] = [
    ['--apicode-file', []],
    ['--cacert', []],
    ['--cert', []],
    ['--key', ['--cert', good.cert]],
  ];

  test.concurrent.each(options)(
    'of %s is given up in time',
    async (name, others) => {
      const { url, requests } = await serve(ropo.success('tok'));
      const env = name === '--apicode-file' ? {} : { ROPO_APICODE: 'x' };
      for (const [special, says] of [
        ['', 'did not end within 1 s'],
        ['/dev/zero', 'is over 4 MiB'],
      ] as const) {
        const home = newHome();
        const args = [...login, url, ...others, name, special || pipeIn(home)];
        const began = performance.now();
        const { code, stdout, stderr } = await authctl(args, { home, env });
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toContain(`the file of ${name}`);
        expect(stderr).toContain(says);
        expect(performance.now() - began).toBeLessThan(1000 + slack);
      }
      expect(requests).toHaveLength(0);
    },
    60_000,
  );

  test.concurrent('of --refresh-token-file is given up in time', async () => {
    const home = newHome();
    const args = ['refresh', '--base-url', await deadUrl(), '--timeout', '1s'];
    const { code, stderr } = await authctl([...args, '--refresh-token-file', pipeIn(home)], {
      home,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('did not end within 1 s');
  });

  test.concurrent('on stdin is refused', async () => {
    const script = '"$NODE" "$AUTHCTL" login ropo --cid 1 --apicode-stdin </dev/zero';
    const { code, stderr } = await run(['sh', '-c', script]);
    expect(code).toBe(2);
    expect(stderr).toContain('more than 4 MiB of data');
  });

  test.concurrent.each(options)(
    'of %s holds up no SIGTERM',
    async (name, others) => {
      const home = newHome();
      const env = name === '--apicode-file' ? {} : { ROPO_APICODE: 'x' };
      const args = ['token', ...login.slice(1), await deadUrl(), '--timeout', '1h'];
      const { signal, ended } = start([...args, ...others, name, pipeIn(home)], { home, env });
      await sleep(1500);
      signal('SIGTERM');
      expect(exitStatus(await ended)).toBe(143);
    },
    30_000,
  );

  test.concurrent.each<[string, (pipe: string) => Readonly<Record<string, string>>]>([
    ['SSL_CERT_FILE', (pipe) => ({ SSL_CERT_FILE: pipe })],
    ['SSL_CERT_DIR', (pipe) => ({ SSL_CERT_DIR: dirname(pipe) })],
    ['SSL_CERT_FILE, a device', () => ({ SSL_CERT_FILE: '/dev/zero' })],
  ])('of %s is given up in time', async (_, variables) => {
    const home = newHome();
    const args = [...login, await secure, '--timeout', '8s'];
    const env = { ROPO_APICODE: 'x', HTTPS_PROXY: undefined, ...variables(pipeIn(home)) };
    const { code, stderr } = await authctl(args, { home, env });
    expect(code).toBe(5);
    // A busy machine may spend the second before it comes to the pipe.
    expect(stderr).toMatch(/unknown authority|timed out/);
  });

  testUnderNode(
    'of NODE_EXTRA_CA_CERTS is not waited for again, once Node has read it',
    async () => {
      const home = newHome();
      const pipe = pipeIn(home);
      const script = `cat "${authority.cert}" >"${pipe}" & "$NODE" "$AUTHCTL" "$@"`;
      const other = makeAuthority('Other');
      const file = other.cert;
      const args = [...login, await secure, '--timeout', '8s', '--cacert', file];
      const outcome = await run(['sh', '-c', script, 'sh', ...args], {
        home,
        env: { ROPO_APICODE: 'x', HTTPS_PROXY: undefined, NODE_EXTRA_CA_CERTS: pipe },
      });
      other.remove();
      expect(outcome.code).toBe(5);
      expect(outcome.stderr).toContain('unknown authority');
    },
  );

  test('of the config is refused at once', async () => {
    const home = newHome();
    home.setConfig({});
    rmSync(home.config);
    execFileSync('mkfifo', [home.config]);
    expect((await authctl(['token', 'ropo'], { home })).code).toBe(9);
    rmSync(home.config);
    home.setConfig(`{"ropo":{"cid":"1"}}${' '.repeat(2 ** 20)}`);
    const { code, stderr } = await authctl(['token', 'ropo'], { home });
    expect(code).toBe(9);
    expect(stderr).toContain('is over 1 MiB');
  });

  describeWith(['bash'], 'a pipe', () => {
    const command = '"$NODE" "$AUTHCTL" login ropo --cid 1 --base-url "$URL"';
    test.concurrent.each([
      ['of a process', `${command} --apicode-file <(sleep 0.5; echo code) --timeout 20s`],
      ['that has ended', `${command} --apicode-file <(echo code) --timeout 20s`],
      ['with a name', `mkfifo p; (sleep 0.5; echo code >p) & ${command} --apicode-file p`],
      ['on stdin', `echo code | ${command} --apicode-file /dev/stdin`],
      [
        'of certificates',
        `${command} --apicode-file <(echo code) --cert <(cat "$CERT") --key <(cat "$KEY")`,
      ],
    ])('%s is read', async (_, script) => {
      const { url, requests } = await serve(ropo.success('tok'));
      const env = { URL: url, CERT: good.cert, KEY: good.key };
      const { code, stdout } = await run(['bash', '-c', script], { env });
      expect([code, stdout]).toEqual([0, 'tok\n']);
      expect(JSON.stringify(requests)).toMatch(/\bcode\b/);
    });

    test('of a process that says nothing is empty at once', async () => {
      const script = `${command} --apicode-file <(:) --timeout 1h`;
      const { code, stderr } = await run(['bash', '-c', script], { env: { URL: await deadUrl() } });
      expect(code).toBe(2);
      expect(stderr).toContain('is empty');
    });
  });
});

const asRoot = process.platform === 'linux' && process.getuid?.() === 0;

(asRoot ? describe : describe.skip)('another user who listens on this machine', () => {
  const closers: (() => void)[] = [];
  afterAll(() => {
    for (const close of closers) close();
  });

  /** A server of the user `nobody` that answers every login. */
  async function squatter(): Promise<string> {
    const script = `require('node:http').createServer((request, response) => {
      request.resume();
      response.end('{"token":"t","access_token":"t","refresh_token":"r","id":"x","auths":["x"]}');
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
    const identity = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const child = spawn('setpriv', [...identity, process.execPath, '-e', script], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    closers.push(() => child.kill());
    const [port] = await once(child.stdout, 'data');
    return `http://127.0.0.1:${String(port).trim()}`;
  }

  test.concurrent.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['a password', ['login', 'datarhei'], datarhei.env],
    ['a password', ['token', 'datarhei'], datarhei.env],
    ['a refresh token', ['refresh', 'datarhei'], { DATARHEI_REFRESH_TOKEN: 'r' }],
  ])('is named before %s goes there by %j', async (_, args, env) => {
    const url = await squatter();
    const { code, stderr } = await authctl([...args, '--base-url', url], { env });
    expect(code).toBe(0);
    expect(stderr).toBe(
      `authctl: notice: the secret goes to ${url} on this machine, where another user is listening\n`,
    );
  });

  test.concurrent('is named once, and again only for another server', async () => {
    const home = newHome();
    const [url, other] = await Promise.all([squatter(), squatter()]);
    const stderrs: string[] = [];
    for (const each of [url, url, other]) {
      const args = ['login', 'ropo', '--base-url', each];
      stderrs.push((await authctl(args, { home, env: ropo.env })).stderr);
    }
    expect(stderrs[0]).toContain(url);
    expect(stderrs[1]).toBe('');
    expect(stderrs[2]).toContain(other);
  });

  test.concurrent('is not suspected where we listen ourselves, or where there is no listener', async () => {
    const { url } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--base-url', url], { env: ropo.env });
    const args = ['login', 'ropo', '--base-url', await deadUrl()];
    expect((await authctl(args, { env: ropo.env })).stderr).not.toContain('notice');
    const inSandbox = ['sandbox', '--', ...program, 'login', 'ropo'];
    expect((await authctl(inSandbox)).stderr).toBe('');
  });
});
