/** Credentials from environment variables: `<PROVIDER>_<FIELD>`. */
import { variableName } from '../../declaration/names.ts';
import type { Candidate } from '../candidate.ts';

/** A process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable's candidate for a field; an empty variable counts as not set. */
export function fromEnvironment(
  env: Environment,
  provider: string,
  field: string,
): Candidate | undefined {
  const origin = variableName(provider, field);
  const value = env[origin];
  return value ? { kind: 'environment', origin, value } : undefined;
}
