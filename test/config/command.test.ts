import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { runCredentialCommand } from '../../src/config/command.ts';
import type { Command } from '../../src/config/document.ts';
import { fakeClock } from '../clock.ts';

function run(
  command: Command,
  { timeout = 20_000, env = {}, clock = systemClock } = {},
): Promise<string> {
  return runCredentialCommand(command, {
    key: 'ropo.apicode',
    env: { ...process.env, ...env },
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
