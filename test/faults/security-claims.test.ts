/** Tests claims of SECURITY.md that no other test shows, limits included. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { helpOf } from '../docs/program-help.ts';
import { accounts, secret } from '../e2e/accounts.ts';
import { authctl, type Env, newHome, output, program, run, standalone } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { makeAuthority, readCertificate } from '../http/authority.ts';
import { listen } from '../http/loopback.ts';
import { describeWith } from '../parts.ts';

const { ropo } = accounts;
const onPosix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;

describeWith(['openssl'], 'over TLS', () => {
  const authority = makeAuthority();
  const certificate = readCertificate(authority.issue('api', ['DNS:api.example', 'IP:127.0.0.1']));
  const robot = authority.issue('robot', ['DNS:robot']);
  // The directory of SSL_CERT_DIR.
  const directory = join(newHome().path, 'certificates');
  mkdirSync(directory);
  symlinkSync(authority.cert, join(directory, 'company.pem'));
  afterAll(() => authority.remove());

  /** A server that answers a login, and keeps the body and the client's name of each request. */
  async function startApi() {
    const requests: { readonly body: string; readonly client: string | undefined }[] = [];
    const options = { ...certificate, requestCert: true, rejectUnauthorized: false };
    const server = createHttpsServer(options, async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      requests.push({ body, client: nameOf(request.socket) });
      response.writeHead(201).end('{"token":"tok"}');
    });
    return { ...(await listen(server)), requests };
  }

  /** Connects every CONNECT to this port, whatever host it asks for. */
  function connectTo<T extends Server>(proxy: T, port: number, onConnect = (_: Duplex) => {}): T {
    return proxy.on('connect', (_: IncomingMessage, socket: Duplex) => {
      onConnect(socket);
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
  }

  test('no option switches the certificate check off', async () => {
    const api = await startApi();
    const { options } = await helpOf(['login', 'ropo']);
    const switches = [...options].filter(([, takesValue]) => !takesValue).map(([name]) => name);
    // These print something else, read stdin, or exclude one another.
    const others = /^(-V|--version|-h|--help|--dry-run|--unset|--export|--step-output|.*-stdin)$/;
    const given = switches.filter((name) => name.startsWith('--') && !others.test(name));
    expect(given).toContain('--allow-http');
    const place = ['--base-url', `https://127.0.0.1:${api.port}`];
    const outcome = await authctl(['login', 'ropo', ...place, ...given], { env: ropo.env });
    expect([outcome.code, outcome.stdout, api.requests]).toEqual([5, '', []]);
    expect(outcome.stderr).toContain('was issued by an unknown authority');
  });

  test('a proxy is shown no client certificate, even if it asks for one', async () => {
    const api = await startApi();
    const shown: (string | undefined)[] = [];
    const options = { ...certificate, requestCert: true, rejectUnauthorized: false };
    const proxy = await listen(
      connectTo(createHttpsServer(options), api.port, (socket) => shown.push(nameOf(socket))),
    );
    const identity = ['--cacert', authority.cert, '--cert', robot.cert, '--key', robot.key];
    const args = ['login', 'ropo', '--base-url', 'https://api.example', ...identity];
    const env = { ...ropo.env, HTTPS_PROXY: `https://127.0.0.1:${proxy.port}` };
    expect(await authctl(args, { env })).toMatchObject({ code: 0, stdout: 'tok\n' });
    expect([shown, api.requests]).toMatchObject([[undefined], [{ client: 'robot' }]]);
  });

  test.each<[string, Env]>([
    ['NODE_EXTRA_CA_CERTS', { NODE_EXTRA_CA_CERTS: authority.cert }],
    ['SSL_CERT_FILE', { SSL_CERT_FILE: authority.cert }],
    ['SSL_CERT_DIR', { SSL_CERT_DIR: directory }],
  ])('a proxy together with the authority of %s can read a login', async (_, trust) => {
    const spy = await startApi();
    const proxy = await listen(connectTo(createServer(), spy.port));
    const args = ['login', 'ropo', '--base-url', 'https://api.example'];
    const env = { ...ropo.env, HTTPS_PROXY: proxy.url };
    expect((await authctl(args, { env })).code).toBe(5);
    expect(spy.requests).toEqual([]);
    expect((await authctl(args, { env: { ...env, ...trust } })).code).toBe(0);
    expect(spy.requests.map(({ body }) => JSON.parse(body).apicode)).toEqual([secret]);
  });
});

/** The name in the certificate that a client showed. */
function nameOf(socket: Duplex): string | undefined {
  if (!(socket instanceof TLSSocket)) return 'not over TLS';
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

onLinux('a secret that is the value of a flag stays in the list of processes', async () => {
  const { url } = await serve(ropo.success('tok'));
  const parent = ['sh', '-c', 'tr "\\0" " " < "/proc/$PPID/cmdline"'];
  const args = ['--base-url', url, '--cid', '1', '--apicode', 'c4nary'];
  const { stdout, stderr } = await authctl(['exec', 'ropo', ...args, '--', ...parent]);
  expect(stdout).toContain('--apicode c4nary');
  expect(stderr).toMatch(/^authctl: notice: --apicode shows the secret in the process list;/);
});

describe.each<[string, (path: string) => Env]>([
  [
    'AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR',
    (path) => ({
      AUTHCTL_CONFIG_DIR: join(path, '.config/authctl'),
      AUTHCTL_STATE_DIR: join(path, '.local/state/authctl'),
    }),
  ],
  [
    'XDG_CONFIG_HOME and XDG_STATE_HOME',
    (path) => ({
      XDG_CONFIG_HOME: join(path, '.config'),
      XDG_STATE_HOME: join(path, '.local/state'),
    }),
  ],
])('the directories of %s', (_, variables) => {
  onPosix('are used: a command of that config runs, and a session there is served', async () => {
    const there = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    const mark = join(there.path, 'mark');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''); console.log('x')`;
    const command = [process.execPath, '-e', script];
    there.setConfig({ ropo: { base_url: url, cid: '1', apicode: { command } } });
    const env = variables(there.path);
    expect(await output(['token', 'ropo'], { env })).toBe('tok\n');
    expect(existsSync(mark)).toBe(true);
    expect(await output(['token', 'ropo'], { env })).toBe('tok\n');
    expect(requests).toHaveLength(1);
    expect(there.sessions()).toHaveLength(1);
  });
});

onPosix('env -i keeps the code that NODE_OPTIONS names out of the program', async () => {
  const home = newHome();
  const mark = join(home.path, 'mark');
  const script = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`;
  const env = { NODE_OPTIONS: `--require=${home.write('hook.cjs', script)}` };
  const clean = ['env', '-i', `HOME=${home.path}`, `PATH=${process.env['PATH']}`];
  expect((await run([...clean, ...program, 'status'], { home, env })).code).toBe(0);
  expect(existsSync(mark)).toBe(false);
  // Without it, the code is run; a standalone executable does not know the variable.
  await authctl(['status'], { home, env });
  expect(existsSync(mark)).toBe(standalone === undefined);
});

test('known weaknesses are asked for each week, with each lock file and before a release', () => {
  const workflow = (name: string) => parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8'));
  const { on, jobs } = workflow('audit');
  const changed = { paths: ['package-lock.json'] };
  const weekly = [{ cron: expect.stringMatching(/^\d+ \d+ \* \* \d$/) }];
  expect(on).toEqual({ schedule: weekly, push: changed, pull_request: changed });
  expect(JSON.stringify(jobs)).toContain('"npm run audit"');
  expect(JSON.stringify(workflow('release').jobs.build)).toContain('npm run audit');
  expect(JSON.parse(readFileSync('package.json', 'utf8')).scripts.audit).toMatch(/^npm audit /);
});
