/** Builds the environment of a command: the program's own, without the secrets that it does not need. */

/**
 * @param secrets names of variables to leave out
 * @param added variables to set, even if they are among the secrets
 * @param platform on Windows, names are the same in any case
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
  added: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const same = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const replaced = new Set([...secrets, ...Object.keys(added)].map(same));
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !replaced.has(same(name))) child[name] = value;
  }
  return Object.assign(child, added);
}
