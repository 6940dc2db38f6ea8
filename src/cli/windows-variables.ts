/** The variables of Windows: each has one spelling, and is found by any. */

/**
 * The variables, to be read under a name in any case. Listed, they have the case that they were set in.
 *
 * @param env names that differ not only in case
 */
export function inAnyCase(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const names = new Map(Object.keys(env).map((name) => [name.toUpperCase(), name]));
  return new Proxy(env, {
    get: (target, name) =>
      typeof name === 'string' ? target[names.get(name.toUpperCase()) ?? name] : undefined,
  });
}
