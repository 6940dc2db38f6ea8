/** Which D-Bus session gets the secrets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { busProblem } from '../../../src/credentials/keychain/bus.ts';
import { part } from '../../parts.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-bus-'));
const directory = join(root, 'runtime');
const socket = join(directory, 'bus');
let server: Server;
beforeAll(async () => {
  mkdirSync(directory);
  server = createServer().listen(socket);
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const uid = process.getuid?.();
const problem = (address: string) => busProblem({ DBUS_SESSION_BUS_ADDRESS: address }, uid);

const onPosix = process.platform === 'win32' ? describe.skip : describe;
const asRoot = uid === 0 ? test : test.skip;
const withBus = uid === 0 && part('dbus-daemon') !== undefined ? test : test.skip;

onPosix('a session bus', () => {
  test.each([
    ['a socket of the user', () => `unix:path=${socket}`],
    ['with a guid', () => `unix:path=${socket},guid=0123`],
    ['with escapes', () => `unix:path=${socket.replaceAll('-', '%2d')}`],
    ['in a list', () => `unix:path=${socket};unix:path=/nowhere;`],
    ['that is not there', () => 'unix:path=/nowhere'],
  ])('is used: %s', (_, address) => expect(problem(address())).toBeUndefined());

  test.each([
    'tcp:host=localhost,port=1',
    'nonce-tcp:host=localhost,port=1,noncefile=/x',
    'autolaunch:',
    'unixexec:path=/bin/touch,argv1=/x',
    'launchd:env=X',
    'unix:path=/nowhere;tcp:host=localhost,port=1',
    'nonsense',
  ])('is not used: %s', (address) => {
    expect(problem(address)).toContain('must name a socket on this machine');
  });

  test.each(['unix:tmpdir=/tmp', 'unix:', 'unix:path=', 'unix:path=/x,path=/y', 'unix:path=%zz'])(
    'is not used: %s',
    (address) => expect(problem(address)).toContain('names no socket'),
  );

  test('is not used if others could create its missing socket', () => {
    const shared = join(root, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    expect(problem(`unix:path=${shared}/bus`)).toContain('another user could have put');
  });

  test('is not used where others can replace its socket, however it is named', () => {
    chmodSync(directory, 0o777);
    const words = `another user could have put ${socket} there`;
    expect(problem(`unix:path=${socket}`)).toBe(words);
    expect(busProblem({ XDG_RUNTIME_DIR: directory }, uid)).toBe(words);
    chmodSync(directory, 0o700);
    expect(busProblem({ XDG_RUNTIME_DIR: directory }, uid)).toBeUndefined();
    expect(busProblem({}, uid)).toBeUndefined();
  });

  asRoot('is not used where the socket is of another user (needs root)', () => {
    lchownSync(socket, 65534, 65534);
    expect(problem(`unix:path=${socket}`)).toContain('another user could have put');
    lchownSync(socket, 0, 0);
  });

  withBus('is an abstract socket only of the user (needs root and dbus-daemon)', async () => {
    const name = `authctl-test-${process.pid}`;
    const bus = ['dbus-daemon', '--session', '--nofork', '--print-address'];
    const listen = async (prefix: readonly string[]): Promise<ChildProcess> => {
      const [file = '', ...args] = [...prefix, ...bus, `--address=unix:abstract=${name}`];
      const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      await once(child.stdout, 'data', { signal: AbortSignal.timeout(10_000) });
      return child;
    };
    for (const [prefix, expected] of [
      [[], undefined],
      [
        ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
        'no process of yours listens',
      ],
    ] as const) {
      const child = await listen(prefix);
      const found = problem(`unix:abstract=${name}`);
      child.kill('SIGKILL');
      await once(child, 'exit');
      if (expected === undefined) expect(found).toBeUndefined();
      else expect(found).toContain(expected);
    }
    expect(problem(`unix:abstract=${name}`)).toContain('no process of yours listens');
  });
});
