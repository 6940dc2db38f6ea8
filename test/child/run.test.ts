import { expect, test } from '@jest/globals';
import { runChild } from '../../src/child/run.ts';

test('signals are listened to from before the command starts, until it has ended', async () => {
  const { PATH = '' } = process.env;
  for (const [command, exitCode] of [
    [[process.execPath, '-e', 'process.exit(3)'], 3],
    [['no-such-command'], 127],
    // Not even tried: whoever listens to signals did so before.
    [[''], 127],
  ] as const) {
    const told: string[] = [];
    const onSignal = () => {
      told.push('listening');
      return () => void told.push('stopped');
    };
    const ending = await runChild(command, { env: { PATH }, terminal: false, onSignal });
    expect([ending.exitCode, told]).toEqual([exitCode, ['listening', 'stopped']]);
  }
});
