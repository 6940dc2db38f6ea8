/** What Windows cannot tell: who listens at a port of this machine. */
import { expect, test } from '@jest/globals';
import { newHome } from '../e2e/harness.ts';
import { counted, onWindows } from './windows.ts';

test('a login over plain http says that another user could be listening', async () => {
  const { env } = await counted();
  const command = ['cmd', '/d', '/c', 'authctl', 'login', 'ropo'];
  const { stdout, stderr } = await onWindows(command, { home: newHome(), env });
  expect(stdout).toBe('token-1\n');
  expect(stderr).toMatch(/^authctl: notice: .* on this machine, where another user could be/);
});
