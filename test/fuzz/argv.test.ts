/** Fuzzes the command line: it must end with a documented exit code, and never with that of a bug. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import type { Context } from '../../src/context.ts';
import { offKeychain } from '../../src/credentials/keychain/client.ts';
import { AuthctlError, exitCodes } from '../../src/errors.ts';
import { fuzz, texts } from './corpus.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-fuzz-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Every exit code but that of a bug. */
const expectedCodes = Object.values(exitCodes).filter((code) => code !== exitCodes.unexpected);

async function run(argv: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: async (text: string) => {
      written[name] += text;
    },
  });
  const context: Context = {
    env: { ROPO_APICODE: 'S3CR3T', NETNUT_PASSWORD: 'S3CR3T', DATARHEI_REFRESH_TOKEN: 'S3CR3T' },
    platform: 'linux',
    uid: process.getuid?.(),
    pid: process.pid,
    nodeVersion: process.versions.node,
    isAlive: () => true,
    stdin: { isTTY: false, read: async () => Buffer.from('S3CR3T\n') },
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    clock: { ...systemClock, now: () => 1_800_000_000_000 },
    uuid: () => '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
    directories: () => ({ config: directory, state: directory }),
    send: async (makeRequest) => {
      makeRequest();
      throw new AuthctlError('network', 'the network is disabled');
    },
    keychain: async () => offKeychain,
    prompt: {
      say: async () => {},
      ask: () => Promise.reject(new Error('prompts are disabled')),
    },
    hasTerminal: () => false,
    converse: () => Promise.reject(new Error('conversations are disabled')),
    onSignal: () => () => {},
    endBy: () => {},
    inherited: async () => ({ all: [], certain: [] }),
    signalGroup: () => {},
    parentProcess: async () => undefined,
  };
  const exitCode = await main(argv, '1.2.3', () => context);
  return { exitCode, ...written };
}

const words = [
  ...[
    'login',
    'token',
    'refresh',
    'verify',
    'status',
    'logout',
    'inspect',
    'credentials',
    'config',
  ],
  ...[
    'completion',
    'help',
    'ropo',
    'netnut',
    'verbit',
    'pegase3',
    'datarhei',
    'get',
    'set',
    'list',
  ],
  ...['--password', '--apicode-stdin', '--base-url', 'https://a.example', '-e', 'se', '-o', 'json'],
  ...[
    '--timeout',
    '1h',
    '--retries',
    '0',
    '--dry-run',
    '-v',
    '-q',
    '-p',
    '--',
    '-',
    '--error-format',
  ],
  ...[
    '--export',
    '--shell',
    'fish',
    '--var',
    '--unset',
    '--help',
    '--version',
    '--no-store',
    '--all',
  ],
].map((word) => `\n${word}\n`);

fuzz('a command line', 'argv', texts('argv', words), async (text) => {
  const argv = text.split('\n').filter((word) => word !== '');
  // These start programs, or serve until they are stopped.
  if (argv.some((word) => ['exec', 'sandbox'].includes(word))) return;
  const { exitCode, stdout, stderr } = await run(argv);
  expect([0, ...expectedCodes]).toContain(exitCode);
  expect(stderr).not.toMatch(/S3CR3T/);
  if (exitCode === 0) return;
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^([^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n)+$/u);
});
