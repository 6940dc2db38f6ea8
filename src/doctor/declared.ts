/** Checks the providers that the user has declared. */
import type { Declaration } from '../declaration/declaration.ts';
import type { AuthctlError } from '../errors.ts';
import { type Finding, failedBy } from './finding.ts';

const check = 'providers';

/** @param broken those whose files cannot be used */
export function checkDeclared(
  providers: readonly Declaration[],
  broken: readonly { readonly name: string; readonly error: AuthctlError }[],
): readonly Finding[] {
  const names = providers.filter(({ file }) => file).map(({ name }) => name);
  const failures = broken.map(({ name, error }) => failedBy(check, error, { subject: name }));
  if (names.length > 0) {
    return [{ check, state: 'ok', message: `declared: ${names.join(', ')}` }, ...failures];
  }
  if (failures.length > 0) return failures;
  return [{ check, state: 'skipped', message: 'none is declared beside the built-in ones' }];
}
