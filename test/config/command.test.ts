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

/** A command that runs a Node script. */
const node = (script: string) => [process.execPath, '-e', script];

describe('the value is the command’s output', () => {
  test.each<[string, Command, string]>([
    ['without one newline', node('console.log("s3cret\\n")'), 's3cret\n'],
    ['without one Windows newline', node('process.stdout.write("s3cret\\r\\n")'), 's3cret'],
    ['with its spaces', node('process.stdout.write(" s 3 ")'), ' s 3 '],
    ['in UTF-8', node('process.stdout.write("\\uFEFFpäss")'), 'päss'],
    ['without a shell', [...node('console.log(process.argv[1])'), '$HOME;`id`'], '$HOME;`id`'],
    ['in a shell', 'echo one && echo two', 'one\ntwo'],
    ['with the program’s environment', node('console.log(process.env.VAULT)'), 'mine'],
    [
      'with an empty stdin',
      node('process.stdin.resume().on("end", () => console.log("end"))'),
      'end',
    ],
  ])('%s', async (_what, command, value) => {
    await expect(run(command, { env: { VAULT: 'mine' } })).resolves.toBe(value);
  });
});

describe('the command fails', () => {
  test.each<[string, Command, string]>([
    [
      'if it exits with another code than 0',
      node('console.log("canary"); process.exit(4)'),
      'failed with exit code 4',
    ],
    [
      'if the shell exits with another code than 0',
      'echo canary; exit 3',
      'failed with exit code 3',
    ],
    ['if a signal kills it', node('process.kill(process.pid, "SIGKILL")'), 'was killed by SIGKILL'],
    ['if it prints nothing', node('console.error()'), 'printed an empty value'],
    ['if it prints only a newline', node('console.log()'), 'printed an empty value'],
    [
      'if it does not exist',
      ['no-such-vault', 'canary'],
      'cannot be run: no-such-vault: not found',
    ],
    ['if an argument cannot be passed', ['vault', 'canary\0'], 'cannot be started'],
    [
      'if its output has another encoding',
      node('process.stdout.write(Buffer.from([0xe9]))'),
      'printed text that is not UTF-8',
    ],
    [
      'if it prints too much',
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

  test('if it takes too long', async () => {
    const clock = fakeClock();
    const value = run(node('setInterval(() => {}, 1000)'), { timeout: 30_000, clock });
    await expect(clock.until(value)).rejects.toMatchObject({
      code: 'credential_command_failed',
      message: 'the command of ropo.apicode did not end within 30 s',
    });
  });

  test('if a child process keeps its stdout open', async () => {
    const command = node(
      `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 4000)"], { stdio: ["ignore", 1, 1], detached: true }).unref(); console.log("canary")`,
    );
    await expect(run(command, { timeout: 1000 })).rejects.toMatchObject({
      code: 'credential_command_failed',
      message: 'the command of ropo.apicode did not end within 1 s',
    });
  });
});
