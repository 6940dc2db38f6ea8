/** The completion script for PowerShell, by its grammar. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { grammarParts, loadPowerShell, partsOf, type SyntaxNode } from '../powershell.ts';

describeWith(grammarParts, 'the completion script of PowerShell', () => {
  const script = readFileSync('completions/authctl.ps1', 'utf8');
  let parse: (script: string) => SyntaxNode;
  beforeAll(async () => {
    parse = await loadPowerShell();
  });

  test('follows the grammar', () => expect(parse(script).hasError).toBe(false));

  test.each([
    ['a quote', /'/],
    ['a brace', /\}/],
    ['a bracket', /\)/],
  ])('would not without %s', (_, part) => {
    expect(parse(script.replace(part, '')).hasError).toBe(true);
  });

  test('registers one completer, and starts nothing but authctl in it', () => {
    const commands = partsOf(parse(script), 'command_name').map(({ text }) => text);
    const own = partsOf(parse(script), 'function_name').map(({ text }) => text);
    const builtIn = ['ForEach-Object', 'Register-ArgumentCompleter', 'Test-Path', 'Where-Object'];
    const others = commands.filter((name) => ![...own, ...builtIn].includes(name));
    expect(commands.filter((name) => name === 'Register-ArgumentCompleter')).toHaveLength(1);
    expect(others).toEqual(['authctl']);
  });
});
