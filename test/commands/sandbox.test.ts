import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { runSandbox, type SandboxOptions } from '../../src/commands/sandbox.ts';
import type { Context } from '../../src/context.ts';
import { providers } from '../../src/providers/index.ts';
import { ropo } from '../../src/providers/ropo.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { describeWith } from '../parts.ts';
import { assignmentsIn, grammarParts, loadPowerShell } from '../powershell.ts';
import { inCorpus, loginRequest, send } from '../sandbox/exchanges.ts';

const { PATH } = process.env;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-test-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Signals that a test sends. */
function signals() {
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const onSignal: Context['onSignal'] = (callback) => {
    listeners.add(callback);
    return () => listeners.delete(callback);
  };
  const raise = (signal: NodeJS.Signals) => {
    for (const listener of listeners) listener(signal);
  };
  return { onSignal, raise, listeners };
}

/** A run of the command, with its output. */
function start(
  options: SandboxOptions,
  { onSignal }: Pick<Context, 'onSignal'> = signals(),
  {
    env = {},
    served = providers,
    isTTY = false,
    shell = 'bash',
  }: {
    env?: Record<string, string>;
    served?: typeof providers;
    isTTY?: boolean;
    shell?: string;
  } = {},
) {
  const printed = { stdout: '', stderr: '', notices: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: async (text: string) => {
      printed[name] += text;
    },
  });
  const context = {
    env: { PATH, ...env },
    platform: process.platform,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    clock: systemClock,
    uuid: () => crypto.randomUUID(),
    uid: process.getuid?.(),
    onSignal,
    endBy: () => {},
    inherited: async () => ({ all: [], certain: [] }),
    directories: () => ({ config: join(directory, 'config'), state: join(directory, 'state') }),
    parentProcess: async () => shell,
  };
  const notices = {
    notice: (text: string) => {
      printed.notices += `${text}\n`;
    },
    noticeOnce: (text: string) => notices.notice(text),
    detail: () => {},
  };
  return { printed, exitCode: runSandbox({ context, notices }, served, options) };
}

/** A command that runs a Node script, with the path of a file that it may write. */
function script(text: string): { readonly command: string[]; readonly file: string } {
  const file = join(directory, 'file');
  const path = join(directory, 'script.mjs');
  writeFileSync(
    path,
    `import { writeFileSync } from 'node:fs';\nconst file = process.argv[2];\n${text}`,
  );
  return { command: [process.execPath, path, file], file };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a command runs with every provider served by the sandbox, and nothing is left behind', async () => {
  const { command, file } = script(`
    const url = process.env.ROPO_BASE_URL + '/token';
    const body = JSON.stringify({ cid: process.env.ROPO_CID, apicode: process.env.ROPO_APICODE });
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await fetch(url, { method: 'POST', headers, body });
    writeFileSync(file, JSON.stringify({ status, env: process.env }));
  `);
  const env = { ROPO_ENVIRONMENT: 'se', ROPO_APICODE: 'mine', UNTOUCHED: 'yes' };
  const { exitCode, printed } = start({ command }, signals(), { env });
  expect(await exitCode).toBe(0);
  const seen = JSON.parse(readFileSync(file, 'utf8'));
  expect(seen).toMatchObject({
    status: 201,
    env: { UNTOUCHED: 'yes', ROPO_APICODE: 'sandbox-apicode', AUTHCTL_NO_KEYCHAIN: '1' },
  });
  expect(seen.env).not.toHaveProperty('ROPO_ENVIRONMENT');
  expect(existsSync(join(seen.env.AUTHCTL_STATE_DIR, '..'))).toBe(false);
  await expect(fetch(seen.env.ROPO_BASE_URL)).rejects.toThrow();
  expect(printed).toEqual({ stdout: '', stderr: '', notices: '' });
});

test('the exit code of a command is passed on', async () => {
  expect(await start({ command: script('process.exit(7)').command }).exitCode).toBe(7);
});

test('a command that a signal ended has exit code 128 + n, as in shells', async () => {
  const { command } = script(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
  expect(await start({ command }).exitCode).toBe(137);
});

test('a command that is not found is exit 127, and one that is not executable 126', async () => {
  const missing = start({ command: ['no-such-command-of-ours'] });
  expect(await missing.exitCode).toBe(127);
  expect(missing.printed.stderr).toBe('authctl: no-such-command-of-ours: not found\n');
  const path = join(directory, 'plain.txt');
  writeFileSync(path, 'text', { mode: 0o600 });
  const plain = start({ command: [path] });
  expect(await plain.exitCode).toBe(126);
  expect(plain.printed.stderr).toBe(`authctl: ${path}: not executable\n`);
});

const untilSignal = `
  process.on('SIGTERM', () => process.exit(3));
  process.on('SIGINT', () => process.exit(4));
  setInterval(() => {}, 1000);
  writeFileSync(file, 'ready');
`;

test('a signal is passed on to the command', async () => {
  const { command, file } = script(untilSignal);
  const world = signals();
  const { exitCode } = start({ command }, world);
  await until(() => existsSync(file));
  world.raise('SIGTERM');
  expect(await exitCode).toBe(3);
  expect(world.listeners.size).toBe(0);
});

test('without a command, it serves until a signal, and prints shell statements', async () => {
  const world = signals();
  const { exitCode, printed } = start({ command: [] }, world);
  await until(() => printed.stdout !== '');
  const print = 'printf "%s %s %s" "$ROPO_BASE_URL" "$ROPO_APICODE" "$ROPO_TOKEN"';
  const env = { PATH, ROPO_TOKEN: 'mine', ROPO_APICODE: 'mine' };
  const shown = execFileSync('sh', ['-c', `${printed.stdout}${print}`], { env, encoding: 'utf8' });
  const [baseUrl = '', apicode, token] = shown.split(' ');
  expect([apicode, token]).toEqual(['sandbox-apicode', '']);
  expect(printed.notices).toContain(new URL(baseUrl).origin);
  expect((await send(loginRequest(ropo, baseUrl))).status).toBe(201);
  world.raise('SIGINT');
  await expect(exitCode).rejects.toMatchObject({ exitCode: 130, details: { signal: 'SIGINT' } });
  await expect(fetch(baseUrl)).rejects.toThrow();
  expect(world.listeners.size).toBe(0);
});

describeWith(grammarParts, 'in PowerShell, without a command,', () => {
  test('the statements are assignments of what a command would get', async () => {
    const world = signals();
    const { exitCode, printed } = start({ command: [] }, world, { shell: 'pwsh.exe' });
    await until(() => printed.stdout !== '');
    world.raise('SIGINT');
    await expect(exitCode).rejects.toMatchObject({ exitCode: 130 });
    const parse = await loadPowerShell();
    const assigned = Object.fromEntries(assignmentsIn(parse(printed.stdout)));
    const origin = assigned['AUTHCTL_SANDBOX'];
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(assigned).toMatchObject({
      ...{ ROPO_BASE_URL: `${origin}/ropo`, ROPO_APICODE: 'sandbox-apicode', ROPO_TOKEN: null },
      ...{ AUTHCTL_NO_KEYCHAIN: '1', AUTHCTL_PROFILE: null },
    });
  });
});

test('without a command, the address is the last thing that is said', async () => {
  const world = signals();
  const { exitCode, printed } = start({ command: [] }, world);
  await until(() => printed.notices.includes('serving'));
  expect(printed.notices).toMatch(/\nserving on (http:\S+), Ctrl-C ends it\n$/);
  const [, origin] = /serving on (http:\S+),/.exec(printed.notices) ?? [];
  expect(printed.stdout).toContain(`export AUTHCTL_SANDBOX='${origin}'\n`);
  world.raise('SIGINT');
  await expect(exitCode).rejects.toMatchObject({ exitCode: 130 });
});

test.each<[string[], boolean]>([
  [['bash'], true],
  [['fish', '--private'], true],
  [['zsh', '-l'], true],
  [['sh', '-c', 'true'], false],
  [['sh', '-ec', 'true'], false],
  [['sh', 'script'], false],
  [['crash'], false],
])('%j is said to be a shell in the sandbox: %j', async ([name = '', ...args], said) => {
  // One that does not wait for what is typed.
  const path = join(directory, name);
  writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const { exitCode, printed } = start({ command: [path, ...args] }, signals(), { isTTY: true });
  expect(await exitCode).toBe(0);
  const notice = /^this shell is in the sandbox at http:\S+ \(AUTHCTL_SANDBOX\); exit ends both\n$/;
  expect(printed.notices).toMatch(said ? notice : /^$/);
});

describe('keys and one-time codes', () => {
  const served = ['signed', 'minted', 'timed', 'coded'].map((name) => inCorpus(name));
  const says = 'the one-time code of coded is 123456: --otp 123456\n';

  test('are printed, in a form that shells take', async () => {
    const world = signals();
    const { exitCode, printed } = start({ command: [] }, world, { served });
    await until(() => printed.stdout !== '');
    expect(printed.notices).toContain(says);
    const print = 'printf "%s|" "$MINTED_PRIVATE_KEY" "$SIGNED_PRIVATE_KEY" "$TIMED_SEED"';
    const args = ['-c', `${printed.stdout}${print}`];
    const [jwk = '', pem, seed] = execFileSync('bash', args, { encoding: 'utf8' }).split('|');
    expect(JSON.parse(jwk)).toEqual(JSON.parse(demoOf('minted', 'private_key')));
    expect([pem, seed]).toEqual([demoOf('signed', 'private_key'), demoOf('timed', 'seed')]);
    world.raise('SIGINT');
    await expect(exitCode).rejects.toMatchObject({ exitCode: 130 });
  });

  test.each([
    [true, says],
    [false, ''],
  ])('are said before a command only on a terminal: %s', async (isTTY, notices) => {
    const { command } = script('');
    const { exitCode, printed } = start({ command }, signals(), { served, isTTY });
    expect([await exitCode, printed.notices]).toEqual([0, notices]);
  });
});

function demoOf(name: string, field: string): string {
  return samplesOf(inCorpus(name)).credentials[field] ?? '';
}

test('a port that is in use is wrong usage', async () => {
  const world = signals();
  const first = start({ command: [] }, world);
  await until(() => first.printed.stdout !== '');
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(first.printed.notices)?.[1]);
  await expect(start({ port, command: [] }).exitCode).rejects.toMatchObject({ code: 'usage' });
  world.raise('SIGTERM');
  await expect(first.exitCode).rejects.toMatchObject({ exitCode: 143 });
});
