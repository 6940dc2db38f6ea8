/** Checks the names in declarations, built-in or not, before they are used. */
import type { Declaration } from '../declaration/declaration.ts';
import { reservedFieldNames } from '../declaration/reserved.ts';
import { AuthctlError } from '../errors.ts';

/** @throws AuthctlError `config_broken` for a reserved field name, and for two providers of one name */
export function loadProviders(declarations: readonly Declaration[]): readonly Declaration[] {
  const names = new Set<string>();
  for (const { name, fields } of declarations) {
    const reserved = fields.find((field) => reservedFieldNames.has(field.name));
    if (reserved) throw broken(name, `has a field ${reserved.name}, which is a reserved name`);
    if (names.has(name)) throw broken(name, 'is declared twice');
    names.add(name);
  }
  return declarations;
}

function broken(provider: string, problem: string): AuthctlError {
  return new AuthctlError('config_broken', `the provider ${provider} ${problem}`, { provider });
}
