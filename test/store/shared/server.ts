/** A real redis-server for tests, with TLS, and with the users that docs/fleet.md grants. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { makeAuthority } from '../../http/authority.ts';
import { part } from '../../parts.ts';

/** The passwords of the users. */
export const passwords = {
  admin: 'admin-pass',
  renewer: 'renewer-pass',
  reader: 'reader-pass',
} as const;

export type User = keyof typeof passwords;

/** A running server. */
export interface RedisServer {
  /** The address for a user, without the password: with TLS, or in plain text. */
  readonly url: (user: User, plain?: 'plain') => string;
  readonly port: number;
  /** The file of the authority that signed its certificate. */
  readonly cacert: string;
  /** Runs redis-cli as admin. @returns its output */
  readonly cli: (...args: string[]) => string;
  /** All that is stored, keys and values, as one text. */
  readonly dump: () => string;
  readonly pid: () => number;
  /** The number of commands of a kind that were run, such as `evalsha`. */
  readonly calls: (command: string) => number;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, with what it had written. */
  start(): Promise<void>;
}

/** The rules of the users, as the documentation has them. */
export function documentedRules(): Readonly<Record<'renewer' | 'reader', string>> {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/fleet.md'), 'utf8');
  const rule = (user: string) => {
    const found = new RegExp(`^user ${user} on (?:>\\S+|#\\S+) (.*)$`, 'm').exec(page)?.[1];
    if (found === undefined) throw new Error(`docs/fleet.md has no rule for ${user}`);
    return found;
  };
  return { renewer: rule('renewer'), reader: rule('reader') };
}

/** The rule of the default user: off, but with all rights, since redis-server loads what it wrote as this user. */
function documentedDefault(): string {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/fleet.md'), 'utf8');
  return /^user default off.*$/m.exec(page)?.[0] ?? '';
}

const stops: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Starts a server for the rest of the file. */
export async function startRedis(more: readonly string[] = []): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'authctl-redis-'));
  stops.push(() => rmSync(directory, { recursive: true, force: true }));
  const authority = makeAuthority();
  stops.push(() => authority.remove());
  const { cert, key } = authority.issue('store', ['IP:127.0.0.1', 'DNS:localhost']);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const rules = documentedRules();
  const acl = join(directory, 'users.acl');
  writeFileSync(
    acl,
    [
      documentedDefault(),
      `user admin on >${passwords.admin} ~* &* +@all`,
      `user renewer on >${passwords.renewer} ${rules.renewer}`,
      `user reader on >${passwords.reader} ${rules.reader}`,
      '',
    ].join('\n'),
  );
  const args = [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    ...['--tls-port', `${tlsPort}`, '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--tls-ca-cert-file', authority.cert, '--tls-auth-clients', 'no', '--aclfile', acl],
    ...more,
  ];
  let child: ChildProcess | undefined;
  const cli = (...words: string[]) =>
    execFileSync(
      part('redis-cli') ?? '',
      ['-p', `${port}`, '--user', 'admin', '--no-auth-warning', ...words],
      {
        encoding: 'utf8',
        env: { REDISCLI_AUTH: passwords.admin },
        maxBuffer: 2 ** 26,
        stdio: 'pipe',
      },
    );
  const isUp = () => {
    try {
      return cli('PING').includes('PONG');
    } catch {
      return false;
    }
  };
  const server: RedisServer = {
    url: (user, plain) =>
      plain ? `redis://${user}@127.0.0.1:${port}/0` : `rediss://${user}@127.0.0.1:${tlsPort}/0`,
    port,
    cacert: authority.cert,
    cli,
    dump() {
      const keys = cli('--scan')
        .split('\n')
        .filter((name) => name !== '');
      return keys
        .map((name) => `${name}\n${cli(...reading(cli('TYPE', name).trim(), name))}`)
        .join('\n');
    },
    pid: () => child?.pid ?? 0,
    calls(command) {
      const line = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(
        cli('INFO', 'commandstats'),
      );
      return Number(line?.[1] ?? 0);
    },
    async stop(signal = 'SIGTERM') {
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill(signal);
      await ended;
    },
    async start() {
      child = spawn(part('redis-server') ?? '', args, { stdio: 'ignore' });
      for (let tries = 0; !isUp(); tries++) {
        if (tries > 200) throw new Error('redis-server did not start');
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
  stops.push(() => server.stop('SIGKILL'));
  await server.start();
  return server;
}

function reading(type: string, name: string): string[] {
  if (type === 'hash') return ['HGETALL', name];
  return type === 'stream' ? ['XRANGE', name, '-', '+'] : ['GET', name];
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
