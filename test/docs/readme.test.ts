import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitCodes } from '../../src/errors.ts';
import { formats } from '../../src/output/formats.ts';
import { authctl, newHome, run } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { codeSpans, fences, tableWith } from './markdown.ts';
import { inSandbox } from './sandboxed.ts';

const readme = readFileSync('README.md', 'utf8');

test('the table of exit codes is correct', () => {
  const rows = tableWith(readme, ['code', 'meaning', '`code` with `--error-format json`']);
  const documented = rows.flatMap(([code, , names = '']) =>
    codeSpans(names).map((name) => [name, Number(code)]),
  );
  expect(Object.fromEntries(documented)).toEqual(exitCodes);
  expect(rows.map(([code]) => Number(code))).toEqual([0, ...new Set(Object.values(exitCodes))]);
});

test('the table of formats is complete', () => {
  const rows = tableWith(readme, ['format', 'what it prints']);
  expect(rows.map(([name]) => name)).toEqual(Object.keys(formats).map((name) => `\`${name}\``));
});

test('the list of JSON fields is correct', async () => {
  const rows = tableWith(readme, ['format', 'what it prints']);
  const [, about = ''] = rows.find(([name]) => name === '`json`') ?? [];
  const { stdout } = await inSandbox(['authctl', 'login', 'datarhei', '-o', 'json']);
  expect(Object.keys(JSON.parse(stdout))).toEqual(codeSpans(about));
});

test('it mentions only variables that the program uses', () => {
  const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join('src', name), 'utf8'))
    .join('');
  const named = new Set(readme.match(/AUTHCTL_[A-Z_]+/g));
  expect([...named].filter((name) => !source.includes(name))).toEqual([]);
});

test('the command for a new machine prints a token', async () => {
  const [block] = fences(readme).filter(({ text }) => text.includes('npm ci && npm run'));
  const [command = ''] = block?.text.trim().split('-- ').slice(-1) ?? [];
  expect(command).toBe('node bin/authctl.cjs login ropo');
  const { stdout } = await inSandbox(command.replace('node bin/authctl.cjs', 'authctl').split(' '));
  expect(stdout).toMatch(/^[\w.-]{100,}\n$/);
});

describeWith(['bash', 'zsh', 'fish'], 'the completions', () => {
  test('are installed by the documented lines in a new home, as doctor says it', async () => {
    const [block] = fences(readme).filter(({ text }) => text.includes('authctl completion bash'));
    const lines = block?.text.trim().split('\n') ?? [];
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const [, shell = ''] = /authctl completion (\w+)/.exec(line) ?? [];
      const home = newHome();
      const env = { SHELL: `/bin/${shell}` };
      const check = async () => {
        const { stdout } = await authctl(['doctor', '-o', 'json'], { home, env });
        return JSON.parse(stdout).find((each: { check: string }) => each.check === 'completions');
      };
      expect(await check()).toMatchObject({ state: 'warning', hint: line });
      const script = `authctl() { "$NODE" "$AUTHCTL" "$@"; }; ${line}`;
      expect(await run(['sh', '-c', script], { home })).toMatchObject({ code: 0, stderr: '' });
      expect(await check()).toMatchObject({ state: 'ok' });
    }
  });

  test('work in zsh then', async () => {
    const home = newHome();
    const [line = ''] = /^.*authctl completion zsh.*$/m.exec(readme) ?? [];
    await run(['sh', '-c', `authctl() { "$NODE" "$AUTHCTL" "$@"; }; ${line}`], { home });
    const { stdout } = await run(['zsh', '-ic', 'echo $_comps[authctl]'], { home });
    expect(stdout).toContain('_authctl');
  });
});

describeWith(['fish'], 'in fish', () => {
  test('the documented statements set the variable', async () => {
    const [, row = ''] = /^\| fish +\| `(.*)` +\|$/m.exec(readme) ?? [];
    const { stdout } = await inSandbox(['fish', '-c', `${row}; echo $ROPO_TOKEN`]);
    expect(stdout).toMatch(/^[\w.-]{100,}\n$/);
  });
});
