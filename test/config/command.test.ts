import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { runCredentialCommand } from '../../src/config/command.ts';
import type { Command } from '../../src/config/document.ts';
import { readConfig } from '../../src/config/read.ts';
import { fakeClock } from '../clock.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const home = join(root, 'home');
const path = join(home, 'config.json');
beforeEach(() => {
  chmodSync(root, 0o700);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(path, '{}', { mode: 0o600 });
});

function run(
  command: Command,
  { timeout = 20_000, env = {}, clock = systemClock } = {},
): Promise<string> {
  return runCredentialCommand(command, {
    config: readConfig(path),
    key: 'ropo.apicode',
    env: { ...process.env, ...env },
    uid: process.getuid?.(),
    clock,
    timeout,
  });
}

/** A Node program, which exists wherever the tests run. */
const node = (script: string) => [process.execPath, '-e', script];

describe('the value is what the command prints', () => {
  test.each<[string, Command, string]>([
    ['less one newline', node('console.log("s3cret\\n")'), 's3cret\n'],
    ['less one Windows newline', node('process.stdout.write("s3cret\\r\\n")'), 's3cret'],
    ['with its spaces', node('process.stdout.write(" s 3 ")'), ' s 3 '],
    ['in UTF-8', node('process.stdout.write("\\uFEFFpäss")'), '\uFEFFpäss'],
    ['without a shell', [...node('console.log(process.argv[1])'), '$HOME;`id`'], '$HOME;`id`'],
    ['in a shell', 'echo one && echo two', 'one\ntwo'],
    ['with our environment', node('console.log(process.env.VAULT)'), 'mine'],
    [
      'and its stdin is at its end',
      node('process.stdin.resume().on("end", () => console.log("end"))'),
      'end',
    ],
  ])('%s', async (_what, command, value) => {
    await expect(run(command, { env: { VAULT: 'mine' } })).resolves.toBe(value);
  });
});

describe('the command fails', () => {
  test.each<[string, Command, string]>([
    ['where it says so', node('console.log("canary"); process.exit(4)'), 'failed with exit code 4'],
    ['where the shell says so', 'echo canary; exit 3', 'failed with exit code 3'],
    [
      'where a signal ends it',
      node('process.kill(process.pid, "SIGKILL")'),
      'was ended by SIGKILL',
    ],
    ['where it prints nothing', node('console.error()'), 'printed nothing'],
    ['where it prints a newline only', node('console.log()'), 'printed nothing'],
    [
      'where it is not there',
      ['no-such-vault', 'canary'],
      'cannot be run: no-such-vault: not found',
    ],
    ['where an argument cannot be passed on', ['vault', 'canary\0'], 'cannot be started'],
    [
      'where it prints bytes of another encoding',
      node('process.stdout.write(Buffer.from([0xe9]))'),
      'printed something that is not UTF-8 text',
    ],
    [
      'where it prints and prints',
      node('process.stdout.write("x".repeat(3e6))'),
      'printed more than 1 MiB',
    ],
  ])('%s', async (_what, command, words) => {
    const error: unknown = await run(command).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      exitCode: 3,
      message: `the command of ropo.apicode ${words}`,
    });
    expect(inspect(error)).not.toContain('canary');
  });

  test('where it takes too long', async () => {
    const clock = fakeClock();
    const value = run(node('setInterval(() => {}, 1000)'), { timeout: 30_000, clock });
    await expect(clock.until(value)).rejects.toMatchObject({
      code: 'credential_command_failed',
      message: 'the command of ropo.apicode did not end within 30 s',
    });
  });

  test('where a child of it holds on to its output', async () => {
    const command = node(
      `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 4000)"], { stdio: ["ignore", 1, 1], detached: true }).unref(); console.log("canary")`,
    );
    await expect(run(command, { timeout: 1000 })).rejects.toMatchObject({
      code: 'credential_command_failed',
      message: 'the command of ropo.apicode did not end within 1 s',
    });
  });
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;
onPosix('the command is not run', () => {
  const marker = join(root, 'it-ran');
  const leaveMarker = node(`require("fs").writeFileSync(${JSON.stringify(marker)}, "")`);

  const withMode = (place: string, mode: number) => () => {
    chmodSync(place, mode);
    return place;
  };
  const cases: [string, () => string][] = [
    ['where others can write to the file', withMode(path, 0o602)],
    ['where its group can write to the file', withMode(path, 0o620)],
    ['where others can write to its directory', withMode(home, 0o702)],
    ['where others can write to a directory further up', withMode(dirname(home), 0o703)],
    [
      'where others can write to where a directory leads that is a link',
      () => {
        const real = join(root, 'open');
        mkdirSync(join(real, 'config'), { recursive: true });
        chmodSync(real, 0o777);
        writeFileSync(join(real, 'config', 'config.json'), '{}', { mode: 0o600 });
        rmSync(home, { recursive: true });
        symlinkSync(join(real, 'config'), home);
        return real;
      },
    ],
    [
      "where others can write to the directory of a link's target",
      () => {
        const dotfiles = join(home, 'dotfiles');
        mkdirSync(dotfiles);
        chmodSync(dotfiles, 0o770);
        writeFileSync(join(dotfiles, 'authctl.json'), '{}', { mode: 0o600 });
        rmSync(path);
        symlinkSync('dotfiles/authctl.json', path);
        return dotfiles;
      },
    ],
  ];
  test.each(cases)('%s', async (_what, prepare) => {
    const place = prepare();
    await expect(run(leaveMarker)).rejects.toMatchObject({
      exitCode: 9,
      message: `the command of ropo.apicode is not run, since others can write to ${place}`,
      details: { hint: `chmod go-w ${place}` },
    });
    expect(() => rmSync(marker)).toThrow();
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('where another user owns the file (needs root)', async () => {
    chownSync(path, 4711, 4711);
    await expect(run(leaveMarker)).rejects.toMatchObject({
      exitCode: 9,
      message: `the command of ropo.apicode is not run, since another user owns ${path}`,
    });
    expect(() => rmSync(marker)).toThrow();
  });

  test('but is where a link leads to a file that only the user can write to', async () => {
    const dotfiles = join(home, 'dotfiles');
    mkdirSync(dotfiles, { mode: 0o755 });
    writeFileSync(join(dotfiles, 'authctl.json'), '{}', { mode: 0o644 });
    rmSync(path);
    symlinkSync('dotfiles/authctl.json', path);
    await expect(run(node('console.log("yes")'))).resolves.toBe('yes');
  });
});
