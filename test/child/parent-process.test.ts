import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { parentProcessName } from '../../src/child/parent-process.ts';
import { describeWith } from '../parts.ts';

const { platform } = process;

test('the parent of this process has a name', () => {
  expect(parentProcessName({ platform, ppid: process.ppid })).toMatch(/./);
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'a process that does not exist has no name on %s',
  (system) => {
    const parent = { platform: system, ppid: 2 ** 30, systemRoot: '/nowhere' };
    expect(parentProcessName(parent)).toBeUndefined();
  },
);

for (const shell of ['bash', 'dash', 'zsh', 'fish'] as const) {
  describeWith([shell], shell, () => {
    test('is recognised by its process', async () => {
      // The second command keeps the shell from replacing itself with the first.
      const child = spawn(shell, ['-c', 'echo here; read line'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const name = parentProcessName({ platform, ppid: child.pid ?? 0 });
      child.stdin.end('end\n');
      await once(child, 'close');
      expect(name).toMatch(new RegExp(`(^|/)${shell}$`));
    });
  });
}

const onLinux = platform === 'linux' ? describe : describe.skip;

onLinux('ps', () => {
  test('reports the same name as /proc', () => {
    const ppid = process.pid;
    expect(parentProcessName({ platform: 'darwin', ppid })).toBe(
      parentProcessName({ platform: 'linux', ppid }),
    );
  });
});
