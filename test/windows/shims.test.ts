/** The program as npm installs it: by its shim for cmd, and what PowerShell would do by the other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { type Env, newHome } from '../e2e/harness.ts';
import { assignmentsIn, loadPowerShell, partsOf } from '../powershell.ts';
import { counted, onWindows } from './windows.ts';

/** Makes npm's shims for a script. */
type CmdShim = (script: string, shim: string) => Promise<unknown>;
const packages = join(process.cwd(), 'test/windows/node_modules');
const { default: cmdShim }: { default: CmdShim } = await import(
  pathToFileURL(join(packages, 'cmd-shim/lib/index.js')).href
);

/** Runs a batch file in a home. */
async function batch(lines: readonly string[], env: Env = {}) {
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

test('the shim prints the statements that PowerShell asks for, and nothing else', async () => {
  const { env } = await counted();
  const parse = await loadPowerShell();
  const printed = async (args: string) => (await batch([`authctl token ropo ${args}`], env)).stdout;
  const set = assignmentsIn(parse(await printed('--export --shell powershell -q')));
  expect(set).toEqual([
    ['ROPO_TOKEN', 'token-1'],
    ['ROPO_REFRESH_TOKEN', null],
    ['ROPO_TOKEN_EXPIRES_AT', expect.stringMatching(/^\d{4}-/)],
  ]);
  const unset = assignmentsIn(parse(await printed('--unset --shell powershell')));
  expect(unset).toEqual(expect.arrayContaining(set.map(([name]) => [name, null])));
});

test('the shim prints the completion script as it is', async () => {
  const { stdout } = await batch(['authctl completion powershell']);
  expect(stdout).toBe(readFileSync('completions/authctl.ps1', 'utf8'));
});

test('the shim for PowerShell starts Node with the program and all arguments, and keeps the exit code', async () => {
  const home = newHome();
  const script = home.write('authctl.cjs', '#!/usr/bin/env node\n');
  await cmdShim(script, join(home.path, 'authctl'));
  const text = readFileSync(join(home.path, 'authctl.ps1'), 'utf8');
  const shim = (await loadPowerShell())(text);
  expect(shim.hasError).toBe(false);
  const started = partsOf(shim, 'command').filter((each) => each.text.startsWith('&'));
  expect(started.length).toBeGreaterThan(0);
  for (const command of started) {
    expect(command.text).toMatch(/^& "(\$basedir\/)?node\$exe" +"\$basedir\/authctl\.cjs" \$args$/);
  }
  expect(text).toMatch(/\$ret=\$LASTEXITCODE[\s\S]*exit \$ret\s*$/);
});
