/** Credentials from environment variables: `<PROVIDER>_<FIELD>`. */
import { fileVariable, variableName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import type { Candidate } from '../candidate.ts';

/** A process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variable's candidate for a field; an empty variable counts as not set.
 *
 * @throws AuthctlError `usage` for a value that is not UTF-8
 */
export function fromEnvironment(
  env: Environment,
  provider: string,
  field: string,
): Candidate | undefined {
  const origin = variableName(provider, field);
  const value = env[origin];
  // Node has it in place of bytes that are not UTF-8: the server would get another value.
  if (value?.includes('\ufffd')) {
    throw new AuthctlError('usage', `${field} from ${origin} is not UTF-8 text`);
  }
  return value ? { kind: 'environment', origin, value } : undefined;
}

/** Whether the environment names files that may have credentials of a provider. */
export function namesFiles(
  env: Environment,
  {
    name,
    fields,
  }: { readonly name: string; readonly fields: readonly { readonly name: string }[] },
): boolean {
  return (
    !!env['CREDENTIALS_DIRECTORY'] || fields.some((each) => env[fileVariable(name, each.name)])
  );
}
