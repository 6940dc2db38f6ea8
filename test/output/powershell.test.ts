/** The statements for PowerShell, by its grammar: they assign what is meant, and do nothing else. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setStatements, unsetStatements } from '../../src/output/env.ts';
import { shells } from '../../src/output/shells.ts';
import { variableNames } from '../../src/output/variables.ts';
import { describeWith } from '../parts.ts';
import {
  assignmentsIn,
  grammarParts,
  loadPowerShell,
  partsOf,
  type SyntaxNode,
} from '../powershell.ts';
import { nasty, token } from './sample.ts';

describeWith(grammarParts, 'PowerShell', () => {
  let parse: (script: string) => SyntaxNode;
  beforeAll(async () => {
    parse = await loadPowerShell();
  });
  const assignments = (script: string) => assignmentsIn(parse(script));

  /** The statements as they are printed, and as README.md's recipe joins the lines. */
  const evaluated = (printed: string) => [printed, printed.trimEnd().split('\n').join('; ')];

  const names = ['MY_API_TOKEN', 'MY_API_REFRESH_TOKEN', 'MY_API_TOKEN_EXPIRES_AT'];
  const expectExact = (values: readonly (string | undefined)[]) => {
    const variables = names.map((name, index) => {
      const value = values[index];
      return { name, secret: true, ...(value !== undefined && { value }) };
    });
    const meant = names.map((name, index) => [name, values[index] ?? null]);
    for (const script of evaluated(setStatements('powershell', variables, { guessed: false }))) {
      expect(assignments(script)).toEqual(meant);
    }
  };

  test('sets the variables to every hostile value, and does nothing else', () => {
    for (const value of nasty) expectExact([value, undefined, value]);
  });

  test('sets the variables to random values, and does nothing else', () => {
    const value = fc.option(token, { nil: undefined });
    fc.assert(fc.property(fc.tuple(value, value, value), expectExact), { numRuns: 300 });
  });

  test('unsets them with --unset', () => {
    const meant = names.map((name) => [name, null]);
    for (const script of evaluated(unsetStatements('powershell', variableNames('my-api')))) {
      expect(assignments(script).toSorted()).toEqual(meant.toSorted());
    }
  });

  test.each([
    ['quotes that are not doubled', (value: string) => `'${value}'`],
    ['double quotes', (value: string) => `"${value}"`],
    ['the quotes of POSIX', (value: string) => shells.sh.quote(value)],
    ['the quotes of fish', (value: string) => shells.fish.quote(value)],
    ['no quotes', (value: string) => value],
  ])('would not do so with %s', (_, quote) => {
    const wrong = nasty.filter((value) => {
      try {
        const [[, read] = []] = assignments(shells.powershell.set('T', quote(value) ?? ''));
        return read !== value;
      } catch {
        return true;
      }
    });
    expect(wrong.length).toBeGreaterThan(nasty.length / 4);
  });

  test.each([
    "$env:T = 'a'; calc",
    "$env:T = 'a' + (calc)",
    "$env:T += 'a'",
    "$T = 'a'",
    '$env:T = $env:PATH',
    '$env:T = "$(calc)"',
    "calc 'a'",
    "& { $env:T = 'a' }",
    "if ($true) { $env:T = 'a' }",
    "$env:T = 'a",
  ])('%s is more than an assignment', (script) => {
    expect(() => assignments(script)).toThrow(/^this is no/);
  });

  test("the README's recipe asks for statements of PowerShell, and runs them if there are any", () => {
    const cell = /^\| PowerShell +\| `(.+)` +\|$/m.exec(readFileSync('README.md', 'utf8'))?.[1];
    const recipe = parse((cell ?? '').replaceAll('\\|', '|'));
    expect(recipe.hasError).toBe(false);
    const commands = partsOf(recipe, 'command').map(({ text }) => text);
    expect(commands).toEqual([
      'authctl token ropo --export --shell powershell',
      'Invoke-Expression',
    ]);
    const [condition] = partsOf(recipe, 'if_statement');
    expect(condition?.text).toMatch(/^if \(\$LASTEXITCODE -eq 0\) \{ .* \| Invoke-Expression \}$/);
  });
});
