/** Tests the program behind a real proxy, tinyproxy, with and without a user name and password. */
import { spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { connect, createServer as createNetServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accounts, expectNoSecret, formsOf, secret } from '../e2e/accounts.ts';
import { authctl, type Env, failure, newHome, type Outcome } from '../e2e/harness.ts';
import { makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith, part } from '../parts.ts';
import { token } from './fault.ts';

const { ropo } = accounts;
/** The proxy's password; tinyproxy accepts no other special characters. */
const password = 'pr0xy-c4nary.word';
const user = `me:${password.replace('-', '%2D')}@`;

/** Addresses of this machine that are not loopback addresses, so that the proxy is used. */
const everywhere = '0.0.0.0';
const everywhere6 = '[::]';

describeWith(['openssl', 'tinyproxy'], 'behind tinyproxy', () => {
  const authority = makeAuthority();
  const names = ['IP:0.0.0.0', 'IP:::', 'IP:127.0.0.1'];
  const certificate = readCertificate(authority.issue('server', names));
  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((each) => each?.family === 'IPv6');
  const seen: string[] = [];
  const closers: (() => unknown)[] = [() => authority.remove()];
  let https: number;
  let http: number;
  let open: Proxy;
  let locked: Proxy;

  interface Proxy {
    readonly port: number;
    /** The requests that it has logged since the last call. */
    requests(): Promise<string>;
  }

  async function listening(server: Server): Promise<number> {
    closers.push(() => server.close());
    server.unref();
    await new Promise<void>((resolve) => server.listen(0, hasIpv6 ? '::' : everywhere, resolve));
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  async function freePort(): Promise<number> {
    const server = createNetServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  function isOpen(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('close', () => socket.destroy());
      socket.end();
    });
  }

  async function startProxy(settings: string): Promise<Proxy> {
    const home = newHome();
    const port = await freePort();
    const config = home.write(
      'tinyproxy.conf',
      [
        `Port ${port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 50\nAllow 127.0.0.1`,
        `PidFile "${join(home.path, 'pid')}"\nLogLevel Connect\n${settings}\n`,
      ].join('\n'),
    );
    const child = spawn(part('tinyproxy') ?? '', ['-d', '-c', config]);
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    }
    closers.push(() => child.kill());
    for (let left = 300; !(await isOpen(port)); left--) {
      if (left === 0 || child.exitCode !== null) throw new Error(`tinyproxy does not run: ${log}`);
      await sleep(50);
    }
    return {
      port,
      async requests() {
        // It writes its log a moment after it has answered.
        await sleep(100);
        const hosts = [...log.matchAll(/Request \(file descriptor \d+\): (.*)/g)];
        log = '';
        return hosts.map(([, line]) => line).join('\n');
      },
    };
  }

  beforeAll(async () => {
    const answer = JSON.stringify({ token });
    https = await listening(
      createServer(certificate, (request, response) => {
        seen.push(JSON.stringify(request.headers));
        response.writeHead(201).end(answer);
      }),
    );
    http = await listening(
      createHttpServer((request, response) => {
        seen.push(JSON.stringify(request.headers));
        response.writeHead(201).end(answer);
      }),
    );
    open = await startProxy(`ConnectPort ${https}`);
    locked = await startProxy(`BasicAuth me ${password}`);
  });
  afterAll(() => {
    for (const close of closers) close();
  });

  const login = (url: string, env: Env, ...args: string[]): Promise<Outcome> =>
    authctl(['login', 'ropo', '--base-url', url, '--cacert', authority.cert, '-v', ...args], {
      env: { ...ropo.env, HTTPS_PROXY: undefined, HTTP_PROXY: undefined, ...env },
    });
  const at = (proxy: Proxy, credentials = '') => `http://${credentials}127.0.0.1:${proxy.port}`;

  test('https goes through CONNECT, whichever variable names the proxy', async () => {
    for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
      const outcome = await login(`https://${everywhere}:${https}`, { [variable]: at(open) });
      expect([outcome.code, outcome.stdout]).toEqual([0, `${token}\n`]);
      expect(await open.requests()).toBe(`CONNECT ${everywhere}:${https} HTTP/1.1`);
    }
  });

  (hasIpv6 ? test : test.skip)('an IPv6 address goes through CONNECT', async () => {
    const outcome = await login(`https://${everywhere6}:${https}`, { HTTPS_PROXY: at(open) });
    expect([outcome.code, outcome.stdout]).toEqual([0, `${token}\n`]);
    expect(await open.requests()).toBe(`CONNECT ${everywhere6}:${https} HTTP/1.1`);
  });

  test('plain http goes through the proxy if it is allowed', async () => {
    const url = `http://${everywhere}:${http}`;
    const outcome = await login(url, { HTTP_PROXY: at(open) }, '--allow-http');
    expect([outcome.code, outcome.stdout]).toEqual([0, `${token}\n`]);
    expect(await open.requests()).toBe(`POST ${url}/token HTTP/1.1`);
  });

  test('the password is sent to the proxy and not to the server', async () => {
    const length = seen.length;
    const proxy = at(locked, user);
    const url = `https://${everywhere}:${https}`;
    const outcome = await login(url, { HTTPS_PROXY: proxy });
    expect([outcome.code, outcome.stdout]).toEqual([0, `${token}\n`]);
    const plain = await login(
      `http://${everywhere}:${http}`,
      { HTTP_PROXY: proxy },
      '--allow-http',
    );
    expect(plain.code).toBe(0);
    expect(seen.slice(length)).toHaveLength(2);
    for (const { stderr } of [outcome, plain]) expectNoSecret(stderr, password);
    for (const headers of seen) expect(headers).not.toContain('proxy-authorization');
  });

  test.each([
    ['none, for https', '', true],
    ['none, for plain http', '', false],
    // For plain http tinyproxy answers 401 instead of 407, as the server itself might.
    ['a wrong one', 'me:wr0ng@', true],
  ])(
    'the error names a proxy that requires a password and gets %s, and no request is sent',
    async (_, given, secure) => {
      const { length } = seen;
      const url = secure ? `https://${everywhere}:${https}` : `http://${everywhere}:${http}`;
      const proxy = at(locked, given);
      const env = { ...ropo.env, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
      const args = ['login', 'ropo', '--base-url', url, '--allow-http', '-v'];
      const { code, stderr } = await failure(args, { env });
      expect([code, stderr]).toEqual([
        5,
        expect.stringContaining(`the proxy ${at(locked)} requires`),
      ]);
      expectNoSecret(stderr);
      expect(stderr).not.toContain('wr0ng');
      expect(seen).toHaveLength(length);
    },
  );

  test('the error names the proxy if it refuses to connect to the port', async () => {
    const url = `https://${everywhere}:${https + 1}`;
    const args = ['login', 'ropo', '--base-url', url, '-v'];
    const { code, stderr } = await failure(args, { env: { ...ropo.env, HTTPS_PROXY: at(open) } });
    expect([code, stderr]).toEqual([5, expect.stringContaining('did not connect to')]);
    expect(stderr).toContain('403');
    expectNoSecret(stderr);
  });

  test('the proxy cannot read what is sent through CONNECT', async () => {
    await open.requests();
    await login(`https://${everywhere}:${https}`, { HTTPS_PROXY: at(open) });
    const log = await open.requests();
    for (const form of formsOf(secret)) expect(log).not.toContain(form);
  });

  test.each([
    ['the address', everywhere],
    ['the address and the port', () => `${everywhere}:${https}`],
    ['a range', '0.0.0.0/8'],
    ['a wildcard', '0.*'],
    ['everything', '*'],
    ['one of several', ` .example.com ,${everywhere}`],
  ])('NO_PROXY with %s bypasses the proxy', async (_, entry) => {
    const NO_PROXY = typeof entry === 'string' ? entry : entry();
    const env = { HTTPS_PROXY: at(open), NO_PROXY };
    expect((await login(`https://${everywhere}:${https}`, env)).code).toBe(0);
    expect(await open.requests()).toBe('');
  });

  test.each([
    ['another port', () => `${everywhere}:${https + 1}`],
    ['another range', () => '10.0.0.0/8'],
    ['nothing', () => ''],
  ])('NO_PROXY with %s does not bypass it', async (_, entry) => {
    const env = { HTTPS_PROXY: at(open), NO_PROXY: entry() };
    expect((await login(`https://${everywhere}:${https}`, env)).code).toBe(0);
    expect(await open.requests()).toContain('CONNECT');
  });

  test('requests to loopback never go through it', async () => {
    const env = { HTTPS_PROXY: at(open), HTTP_PROXY: at(open) };
    for (const url of [`https://127.0.0.1:${https}`, `http://127.0.0.1:${http}`])
      expect((await login(url, env)).code).toBe(0);
    expect(await open.requests()).toBe('');
  });
});
