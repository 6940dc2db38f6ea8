/** Builds the environment of a command: the program's own, without the secrets that it does not need. */

/**
 * @param secrets names of variables to leave out
 * @param added variables to set, even if they are among the secrets
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !secrets.includes(name)) child[name] = value;
  }
  return Object.assign(child, added);
}
