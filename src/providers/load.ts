/** Takes declarations in, wherever they come from: only what is checked here becomes a provider. */
import type { Declaration } from '../declaration/declaration.ts';
import { reservedFieldNames } from '../declaration/reserved.ts';
import { AuthctlError } from '../errors.ts';

/**
 * The providers that are declared.
 *
 * @throws AuthctlError `config_broken` for a field whose flag or variable would be one of ours, and for
 *   two providers of one name
 */
export function loadProviders(declarations: readonly Declaration[]): readonly Declaration[] {
  const names = new Set<string>();
  for (const { name, fields } of declarations) {
    const taken = fields.find((field) => reservedFieldNames.has(field.name));
    if (taken) throw broken(name, `has a field ${taken.name}, a name that authctl needs itself`);
    if (names.has(name)) throw broken(name, 'is declared twice');
    names.add(name);
  }
  return declarations;
}

function broken(provider: string, problem: string): AuthctlError {
  return new AuthctlError('config_broken', `the provider ${provider} ${problem}`, { provider });
}
