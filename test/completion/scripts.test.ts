import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { readWords } from '../../src/cli/completion-words.ts';
import { createProgram } from '../../src/cli/tree.ts';
import { groupFlags } from '../../src/completion/group.ts';
import { scripts } from '../../src/completion/scripts.ts';
import { isScriptShell, scriptShells } from '../../src/completion/shell-names.ts';
import { providers } from '../../src/providers/index.ts';
import { failure, output } from '../e2e/harness.ts';

const program = createProgram({
  providers,
  version: '0.0.0',
  open: () => {
    throw new Error('no command is run');
  },
  print: () => {},
});
const words = await readWords(program, providers);

const namesOf = (command: Command): string[] => [
  ...command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []),
  ...command
    .createHelp()
    .visibleCommands(command)
    .flatMap((each) => [each.name(), ...namesOf(each)]),
];
const names = [...new Set(namesOf(program))];

describe.each(scriptShells)('the completion script of %s', (shell) => {
  const { file, text } = scripts[shell];
  const checkedIn = readFileSync(join('completions', file), 'utf8');

  test('is up to date in completions/ (npm run completions)', () => {
    expect(text(words)).toBe(checkedIn);
  });

  test('is printed by authctl completion', async () => {
    expect(await output(['completion', shell])).toBe(checkedIn);
  });

  test('has every command, provider and flag', () => {
    const plain = checkedIn.replace(/ -l /g, ' --');
    expect(names.filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(plain))).toEqual(
      [],
    );
  });

  test('is short enough to be read', () => {
    expect(checkedIn.length).toBeLessThan(30_000);
    expect(checkedIn).not.toMatch(
      /(?<!for )\beval\b|compgen -W|Invoke-Expression|undefined|\[object/,
    );
  });
});

test('in PowerShell every bracket and quote is closed', () => {
  const text = readFileSync('completions/authctl.ps1', 'utf8');
  const code = text
    .replace(/'(?:[^'\n]|'')*'/g, '')
    .replace(/"(?:[^"\n`]|`.)*"/g, '')
    .replace(/#.*/g, '');
  expect(code).not.toMatch(/['"]/);
  const open: string[] = [];
  const closes: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const [bracket] of code.matchAll(/[()[\]{}]/g)) {
    const opening = closes[bracket];
    if (opening === undefined) open.push(bracket);
    else expect(open.pop()).toBe(opening);
  }
  expect(open).toEqual([]);
});

test.each(['tcsh', '', 'toString'])('%j has no completion script', async (shell) => {
  expect(isScriptShell(shell)).toBe(false);
  expect(await failure(['completion', shell])).toEqual({
    code: 2,
    stderr: `authctl: no completion script for "${shell}"\nhint: use one of: bash, zsh, fish, powershell\n`,
  });
});

test('the command that the scripts use is hidden from the help', async () => {
  expect(await output(['--help'])).not.toContain('__complete');
  expect(await output(['__complete', 'providers'])).toMatch(/^ropo\tRopo One\nnetnut\t/);
  expect(await output(['__complete', 'anything'])).toBe('');
});

describe('flags', () => {
  const flag = (name: string, summary = '') => ({ names: [name], summary });
  const value = { label: 'file', offer: { kind: 'files' } } as const;

  test('of all providers are listed once, as those of any provider', () => {
    const verb = { path: 'login', flags: [flag('-h')] };
    const below = ['a', 'b'].map((name) => ({
      path: `login ${name}`,
      flags: [flag('-h'), flag('--url'), flag(`--${name}`)],
    }));
    expect(groupFlags([verb, ...below], [verb])).toEqual([
      { at: 'everywhere', flags: [flag('-h')] },
      { at: ['login *'], flags: [flag('--url')] },
      { at: ['login a'], flags: [flag('--a')] },
      { at: ['login b'], flags: [flag('--b')] },
    ]);
  });

  test('that take a value only in some commands are refused', () => {
    const commands = [
      { path: 'a', flags: [flag('--key')] },
      { path: 'b', flags: [{ ...flag('--key'), value }] },
    ];
    expect(() => groupFlags(commands, [])).toThrow('--key takes a value in one command');
  });
});
