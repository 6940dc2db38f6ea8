import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setStatements, unsetStatements } from '../../src/output/env.ts';
import { isShellName, type ShellName, shells } from '../../src/output/shells.ts';
import { variableNames, variablesOf } from '../../src/output/variables.ts';
import { describeWith, type PartName } from '../parts.ts';
import { nasty, refusal, sample, secret, token } from './sample.ts';

/** As if --shell was given. */
const told = { guessed: false };

let root: string;
let cwd: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'authctl-shells-'));
  cwd = join(root, 'cwd');
  mkdirSync(cwd);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Runs a script in a shell and returns its stdout. Expects no stderr and no new files. */
function run(command: readonly string[], script: string, env: NodeJS.ProcessEnv = {}): string {
  const [file = '', ...args] = command;
  const path = join(root, 'script.ps1');
  writeFileSync(path, script);
  const { PATH } = process.env;
  const { stdout, stderr, status } = spawnSync(file, [...args, path], {
    cwd,
    env: { PATH, HOME: root, LANG: 'C.UTF-8', ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  expect({ stderr, status, files: readdirSync(cwd) }).toEqual({ stderr: '', status: 0, files: [] });
  return stdout;
}

/** Ways to run a shell: the program and options, and the command that prints $T and a NUL. */
const real: readonly (readonly [PartName, ShellName, command: readonly string[], print: string])[] =
  [
    ['bash', 'bash', ['bash'], `printf '%s\\0' "$T"`],
    ['bash', 'sh', ['bash', '--posix'], `printf '%s\\0' "$T"`],
    ['bash', 'bash', ['bash', '-O', 'extglob', '-O', 'histverify', '-H'], `printf '%s\\0' "$T"`],
    ['dash', 'sh', ['dash'], `printf '%s\\0' "$T"`],
    ['zsh', 'zsh', ['zsh', '-f'], `printf '%s\\0' "$T"`],
    ['zsh', 'zsh', ['zsh', '-f', '-o', 'rcQuotes'], `printf '%s\\0' "$T"`],
    ['zsh', 'zsh', ['zsh', '-f', '-o', 'cshJunkieQuotes'], `printf '%s\\0' "$T"`],
    [
      'zsh',
      'zsh',
      ['zsh', '-f', '-o', 'magicEqualSubst', '-o', 'extendedGlob'],
      `printf '%s\\0' "$T"`,
    ],
    ['zsh', 'sh', ['zsh', '--emulate', 'sh', '-f'], `printf '%s\\0' "$T"`],
    ['fish', 'fish', ['fish', '--no-config'], `printf '%s\\0' "$T"`],
    [
      'pwsh',
      'powershell',
      ['pwsh', '-NoProfile', '-File'],
      '[Console]::Out.Write($env:T + [char]0)',
    ],
  ];

for (const [part, shell, command, print] of real) {
  describeWith([part], command.join(' '), () => {
    const values = (tokens: readonly string[]) =>
      run(
        command,
        tokens.map((value) => `${setStatements(shell, [secret(value)], told)}${print}\n`).join(''),
      )
        .split('\0')
        .slice(0, -1);

    test('gets every token byte for byte, and runs nothing', () => {
      expect(values(nasty)).toEqual(nasty);
      fc.assert(
        fc.property(fc.array(token, { minLength: 150, maxLength: 300 }), (tokens) => {
          expect(values(tokens)).toEqual(tokens);
        }),
        { numRuns: 2 },
      );
    });

    test('prints no error for a variable that is not set', () => {
      run(command, `${unsetStatements(shell, variableNames('my-api'))}${print}\n`);
    });
  });
}

/** The usual ways to evaluate output, which is in the file `output`. */
const evaluations: readonly (readonly [PartName, ShellName, script: string])[] = [
  ['bash', 'bash', 'env=$(cat "$output") && eval "$env"'],
  ['bash', 'bash', 'source <(cat "$output")'],
  ['dash', 'sh', 'eval "$(cat "$output")"'],
  ['zsh', 'zsh', 'env=$(cat "$output") && eval "$env"'],
  ['fish', 'fish', 'eval (cat $output)'],
  ['fish', 'fish', 'eval (cat $output | string collect)'],
  ['fish', 'fish', 'cat $output | source'],
];

for (const [part, shell, script] of evaluations) {
  describeWith([part], `${part}: ${script}`, () => {
    const names = variableNames('my-api');
    const evaluate = (text: string): Record<string, string> => {
      const output = join(root, 'output');
      writeFileSync(output, text);
      const printed = run([part], `${script}\nenv -0\n`, {
        output,
        MY_API_TOKEN: 'stale',
        MY_API_REFRESH_TOKEN: 'stale',
        MY_API_TOKEN_EXPIRES_AT: 'stale',
      });
      const pairs = printed.split('\0').map((line) => line.split(/=(.*)/s));
      return Object.fromEntries(pairs.filter(([name]) => name?.startsWith('MY_API_')));
    };

    test('exports all three variables', () => {
      const accessToken = nasty.join('');
      const refreshToken = nasty.toReversed().join(' ');
      const variables = variablesOf(sample(accessToken, { refreshToken }), names);
      expect(evaluate(setStatements(shell, variables, told))).toEqual({
        MY_API_TOKEN: accessToken,
        MY_API_REFRESH_TOKEN: refreshToken,
        MY_API_TOKEN_EXPIRES_AT: '2026-11-22T20:24:32Z',
      });
    });

    test('unsets the refresh token and the expiry of an earlier token', () => {
      const variables = variablesOf(sample('new', { lifetime: null }), names);
      expect(evaluate(setStatements(shell, variables, told))).toEqual({ MY_API_TOKEN: 'new' });
    });

    test('unsets all three', () => {
      expect(evaluate(unsetStatements(shell, names))).toEqual({});
    });
  });
}

describe('the statements', () => {
  test.each([
    ['bash', "export T='it'\\''s'\n", 'unset A\n'],
    ['zsh', "export T='it'\\''s'\n", 'unset A\n'],
    ['sh', "export T='it'\\''s'\n", 'unset A\n'],
    ['fish', "set -gx T 'it\\'s';\n", 'set -eg A;\n'],
    ['powershell', "$env:T = 'it''s'\n", '$env:A = $null\n'],
    ['cmd', 'set "T=it\'s"\r\n', 'set "A="\r\n'],
  ] as const)('for %s', (shell, set, unset) => {
    expect(setStatements(shell, [secret("it's"), { name: 'A', secret: false }], told)).toBe(
      set + unset,
    );
  });

  test('for PowerShell have single-quoted strings in which quotes are doubled', () => {
    fc.assert(
      fc.property(token, (value) => {
        const [, inside = ''] =
          /^\$env:T = '((?:[^']|'')*)'\n$/.exec(
            setStatements('powershell', [secret(value)], told),
          ) ?? [];
        expect(inside.replaceAll("''", "'")).toBe(value);
      }),
    );
  });

  test('for cmd have the value as it is, or are refused', async () => {
    for (const character of '"%!^&|<>') {
      const error = await refusal(() => setStatements('cmd', [secret(`a${character}b`)], told));
      expect([error.exitCode, error.details.hint]).toEqual([7, expect.stringContaining('-o json')]);
    }
    const harmless = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));
    const value = harmless.replace(/["%!^&|<>]/g, '');
    expect(setStatements('cmd', [secret(value)], told)).toBe(`set "T=${value}"\r\n`);
  });

  test('for cmd are never longer than its maximum line length', async () => {
    expect(
      (await refusal(() => setStatements('cmd', [secret('a'.repeat(8001))], told))).exitCode,
    ).toBe(7);
  });
});

test('--shell takes the name of every shell', () => {
  expect(Object.keys(shells)).toEqual(['bash', 'zsh', 'sh', 'fish', 'powershell', 'cmd']);
  expect(['bash', 'tcsh', 'toString'].map(isShellName)).toEqual([true, false, false]);
});
