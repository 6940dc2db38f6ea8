/** The program as npm installs it, by its shim for cmd, and cmd's statements. */
import { expect, test } from '@jest/globals';
import { newHome } from '../e2e/harness.ts';
import { counted, onWindows } from './windows.ts';

/** Runs a batch file in a home. */
async function batch(lines: readonly string[], env = {}) {
  const home = newHome();
  home.write('script.cmd', ['@echo off', ...lines, ''].join('\r\n'));
  return onWindows(['cmd', '/d', '/c', 'script.cmd'], { home, env });
}

/** The README's recipe, but for its last step: Wine's cmd does not run a line that a variable holds. */
const run = (args: string) => [
  `for /f "delims=" %%i in ('authctl token ropo ${args} --shell cmd') do @echo %%i>>statements.cmd`,
  'call statements.cmd',
  'node -p "[process.env.ROPO_TOKEN, process.env.ROPO_TOKEN_EXPIRES_AT].join()"',
];

test('the shim passes the output and the exit code on', async () => {
  const { env } = await counted();
  const outcome = await batch(['call authctl login ropo -q', 'authctl login ropo --no-such'], env);
  expect(outcome).toMatchObject({ code: 2, stdout: 'token-1\n' });
});

test('the statements for cmd set the variables', async () => {
  const { env } = await counted();
  const { stdout } = await batch(run('--export'), env);
  expect(stdout).toMatch(/^token-1,\d{4}-.*Z\n$/);
});

test('and those of --unset unset them', async () => {
  const { env } = await counted();
  const { stdout } = await batch(run('--unset'), { ...env, ROPO_TOKEN: 'old' });
  expect(stdout).toBe(',\n');
});
