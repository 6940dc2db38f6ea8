/** The environment of a command that we run: ours, less the secrets that it has no need of. */

/**
 * @param secrets names of variables to leave out
 * @param added variables to set; they may be among those
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
