/** What becomes a provider, and what is refused. */
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
  return 'taken';
};

/** The options of a command and of those below it, as fields would be named. */
function optionsOf(command: Command): readonly string[] {
  const own = command.options.flatMap(({ long }) =>
    long ? [long.slice(2), long.slice(2).replace(/^no-/, '')] : [],
  );
  return [...own, ...command.commands.flatMap(optionsOf)].map((name) => name.replaceAll('-', '_'));
}

test('a field with a name of its own is taken', () => {
  expect(refusal(declared('api_key'))).toBe('taken');
});

test.each([...reservedFieldNames])('a field named %s is refused', (name) => {
  expect(refusal(declared(name))).toBe(
    `9: the provider my-api has a field ${name}, a name that authctl needs itself`,
  );
});

test('every option of the program is a name that no field may take', () => {
  const program = createProgram({
    // A provider without fields of its own adds none.
    providers: [{ ...declared('api_key'), fields: [] }],
    version: '',
    open: () => {
      throw new Error('no command is run');
    },
    print: () => {},
  });
  // Of these the field is the first part, and a suffix is not a field's name.
  const suffixed = /_(stdin|file)$/;
  const options = [...new Set(optionsOf(program))].filter((name) => !suffixed.test(name));
  expect(options.length).toBeGreaterThan(30);
  expect(options.filter((name) => !reservedFieldNames.has(name))).toEqual([]);
});

test('two providers of one name are refused', () => {
  expect(refusal(declared('a'), declared('b'))).toBe('9: the provider my-api is declared twice');
});
