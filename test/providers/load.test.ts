/** Tests which declarations are accepted and which are refused. */
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/tree.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { reservedFieldNames } from '../../src/declaration/reserved.ts';
import { AuthctlError } from '../../src/errors.ts';
import { loadProviders } from '../../src/providers/load.ts';

const declared = (field: string, name = 'my-api'): Declaration => ({
  version: 1,
  name,
  title: 'My API',
  fields: [{ name: field, label: 'A field', secret: true }],
  login: [{ fields: [field], request: { method: 'POST', path: '/login' } }],
  answer: { token: '/token' },
  use: { header: 'Authorization', value: 'Bearer {token}' },
});

const refusal = (...declarations: readonly Declaration[]): string => {
  try {
    loadProviders(declarations);
  } catch (error) {
    if (error instanceof AuthctlError) return `${error.exitCode}: ${error.message}`;
    throw error;
  }
  return 'accepted';
};

/** The options of a command and its subcommands, named like fields. */
function optionsOf(command: Command): readonly string[] {
  const own = command.options.flatMap(({ long }) =>
    long ? [long.slice(2), long.slice(2).replace(/^no-/, '')] : [],
  );
  return [...own, ...command.commands.flatMap(optionsOf)].map((name) => name.replaceAll('-', '_'));
}

test('a field with another name is accepted', () => {
  expect(refusal(declared('api_key'))).toBe('accepted');
});

test.each([...reservedFieldNames])('a field named %s is refused', (name) => {
  expect(refusal(declared(name))).toBe(
    `9: the provider my-api has a field ${name}, which is a reserved name`,
  );
});

test('the name of every option is reserved', () => {
  const program = createProgram({
    // Without fields, a provider has no own options.
    providers: [{ ...declared('api_key'), fields: [] }],
    version: '',
    open: () => {
      throw new Error('no command is run');
    },
    print: () => {},
  });
  // These options consist of a field's name and a suffix.
  const suffixed = /_(stdin|file)$/;
  const options = [...new Set(optionsOf(program))].filter((name) => !suffixed.test(name));
  expect(options.length).toBeGreaterThan(30);
  expect(options.filter((name) => !reservedFieldNames.has(name))).toEqual([]);
});

test('two providers with the same name are refused', () => {
  expect(refusal(declared('a'), declared('b'))).toBe('9: the provider my-api is declared twice');
});
