/** The environment of a command that we run: ours, less the secrets that it has no need of. */
import type { Declaration } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';

/**
 * @param declarations the providers whose secret credentials are taken out
 * @param added variables to set
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  declarations: readonly Declaration[],
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const child: Record<string, string> = {};
  const taken = new Set(
    declarations.flatMap(({ name, fields }) => [
      ...fields.filter(({ secret }) => secret).map((field) => variableName(name, field.name)),
      ...['token', 'refresh_token', 'token_expires_at'].map((each) => variableName(name, each)),
    ]),
  );
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !taken.has(name)) child[name] = value;
  }
  return Object.assign(child, added);
}
