import { expect, test } from '@jest/globals';
import { runChild } from '../../src/child/run.ts';

const inherited = { all: [], certain: [] };

test('signals are listened to from before the command starts until it has exited', async () => {
  const { PATH = '' } = process.env;
  for (const [command, exitCode] of [
    [[process.execPath, '-e', 'process.exit(3)'], 3],
    [['no-such-command'], 127],
    // Rejected without a start.
    [[''], 127],
  ] as const) {
    const events: string[] = [];
    const onSignal = () => {
      events.push('listening');
      return () => void events.push('stopped');
    };
    const result = await runChild(command, { env: { PATH }, inherited, onSignal });
    expect([result.exitCode, events]).toEqual([exitCode, ['listening', 'stopped']]);
  }
});

test.each<[string, readonly string[], string]>([
  ['an argument with a NUL', ['a\0'], 'cannot be started (ERR_INVALID_ARG_VALUE)'],
  ['an argument that is too long', ['x'.repeat(3_000_000)], 'cannot be started (E2BIG)'],
])('a command with %s is not called "not executable"', async (_, args, problem) => {
  const options = { env: {}, inherited, onSignal: () => () => {} };
  expect(await runChild([process.execPath, ...args], options)).toEqual({ exitCode: 126, problem });
});
