/** Tests every TLS fault with every provider, and every way to trust a company's own authority. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type AccountName, accounts, expectNoSecret } from '../e2e/accounts.ts';
import { authctl, type Env, failure, newHome } from '../e2e/harness.ts';
import type { Reply } from '../e2e/servers.ts';
import { anyStrength, makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith } from '../parts.ts';
import { allAccounts, token } from './fault.ts';

describeWith(['openssl'], 'over TLS', () => {
  const empty = mkdtempSync(join(tmpdir(), 'authctl-empty-'));
  afterAll(() => rmSync(empty, { recursive: true }));
  const authority = makeAuthority();
  const here = ['IP:127.0.0.1'];
  const good = authority.issue('good', here);
  const robot = authority.issue('robot', ['DNS:robot']);
  const { cert: company } = authority;
  const bundle = authority.write('bundle.pem', `damaged\n${readFileSync(company, 'utf8')}`);

  const open: Server[] = [];
  afterAll(() => {
    for (const server of open) server.close();
    authority.remove();
  });

  /** Starts a server and counts its requests, which arrive only after all checks have passed. */
  function start(make: (count: () => void) => Server) {
    let requests = 0;
    const server = make(() => {
      requests += 1;
    });
    server.on('connection', (socket) => socket.on('error', () => {}).unref());
    open.push(server);
    const url = new Promise<string>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(`https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
      });
    });
    return { url, requests: () => requests };
  }

  /** Answers the login of the account that its path names. */
  const https = (options: ServerOptions) =>
    start((count) =>
      createServer(options, (request, response) => {
        count();
        const name = allAccounts[Number(request.url?.split('/')[1])] ?? 'ropo';
        const { status = 200, body }: Reply = accounts[name].success(token);
        response.writeHead(status).end(JSON.stringify(body));
      }),
    );
  const run = async (name: AccountName, url: Promise<string>, args: string[]) => [
    ...['login', accounts[name].provider, '--base-url'],
    ...[`${await url}/${allAccounts.indexOf(name)}`, '--retries', '1', ...args],
  ];

  const trusted = https(readCertificate(good));
  const mutual = https({
    ...readCertificate(good),
    ca: readFileSync(company),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const cacert = ['--cacert', company];

  interface Row {
    readonly at: ReturnType<typeof start>;
    readonly says: string;
    readonly args?: string[];
    readonly env?: Env;
  }
  const rows: Readonly<Record<string, Row>> = {
    'an unknown authority': {
      at: trusted,
      says: 'issued by an unknown authority: the server sent no',
    },
    'an unknown authority, and a system store without it': {
      at: trusted,
      says: 'or its authority is not trusted\nhint: ',
      env: { SSL_CERT_FILE: good.key, SSL_CERT_DIR: empty },
    },
    'an authority of --cacert that has not signed it': {
      at: trusted,
      says: `; none of the authorities in ${robot.cert} has signed it\nhint: `,
      args: ['--cacert', robot.cert],
    },
    'a certificate that has expired': {
      at: https(readCertificate(authority.issue('old', here, -1))),
      says: 'has expired',
      args: cacert,
    },
    'a certificate for another host': {
      at: https(readCertificate(authority.issue('far', ['DNS:example.com', 'IP:127.0.0.2']))),
      says: 'is for another host',
      args: cacert,
    },
    'a self-signed certificate': {
      at: https(readCertificate(authority)),
      says: 'is self-signed',
    },
    'a certificate that is signed with SHA-1': {
      at: https({
        ...readCertificate(authority.issue('sha1', here, 2, 'signature')),
        ciphers: anyStrength,
      }),
      says: '',
      args: cacert,
    },
    'a certificate with an RSA key of 768 bits': {
      at: https({
        ...readCertificate(authority.issue('short', here, 2, 'key')),
        ciphers: anyStrength,
      }),
      says: '',
      args: cacert,
    },
    'TLS 1.1': {
      at: https({
        ...readCertificate(good),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: anyStrength,
      }),
      says: 'does not support TLS 1.2 or later',
      args: cacert,
      env: { NODE_OPTIONS: '--tls-min-v1.0' },
    },
    'plain HTTP instead of TLS': {
      at: start((count) => createHttpServer(count)),
      says: 'does not speak TLS',
    },
    'a handshake that never ends': {
      at: start(() => createNetServer()),
      says: 'while connecting to',
      args: ['--timeout', '1s'],
    },
    'a handshake that is broken off': {
      at: start(() => createNetServer((socket) => socket.once('data', () => socket.destroy()))),
      says: 'closed the connection',
    },
    'a server that requires a client certificate': { at: mutual, says: '', args: cacert },
    'a server that requires another client certificate': {
      at: https({
        ...readCertificate(authority),
        ca: readFileSync(good.cert),
        requestCert: true,
        rejectUnauthorized: true,
      }),
      says: '',
      args: [...cacert, '--cert', robot.cert, '--key', robot.key],
    },
  };

  const trust: Readonly<Record<string, { args?: string[]; env?: Env; at?: Row['at'] }>> = {
    '--cacert': { args: cacert },
    NODE_EXTRA_CA_CERTS: { env: { NODE_EXTRA_CA_CERTS: company } },
    'the system store, by SSL_CERT_FILE': { env: { SSL_CERT_FILE: bundle } },
    '--cert and --key, for a server that requires them': {
      at: mutual,
      args: [...cacert, '--cert', robot.cert, '--key', robot.key],
    },
    '--cert and --key, with the system store': {
      at: mutual,
      args: ['--cert', robot.cert, '--key', robot.key],
      env: { SSL_CERT_FILE: bundle },
    },
  };

  describe.each(allAccounts)('%s', (name) => {
    const { env } = accounts[name];

    test.concurrent.each(Object.entries(rows))('%s', async (_, row) => {
      const { at, says, args = [], env: more = {} } = row;
      const home = newHome();
      const world = { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0', ...more };
      const failed = await failure(await run(name, at.url, ['-v', ...args]), { home, env: world });
      expect(failed.code).toBe(5);
      expect(failed.stderr).toContain(says);
      expect(failed.stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored');
      expectNoSecret(failed.stderr);
      expect(home.sessions()).toEqual([]);
      // Those two also serve the tests below, which run at the same time.
      if (at !== mutual && at !== trusted) expect(at.requests()).toBe(0);
    });

    test.concurrent.each(Object.entries(trust))('trusts by %s', async (_, settings) => {
      const { at = trusted, args = [], env: more = {} } = settings;
      const command = await run(name, at.url, args);
      const outcome = await authctl(command, { env: { ...env, ...more } });
      expect(outcome).toEqual({ code: 0, signal: null, stdout: `${token}\n`, stderr: '' });
    });
  });
});
