/** The environment in which every provider is the sandbox, and the user's own setup is out of the way. */

import type { Declaration } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';
import type { Directories } from '../directories.ts';

/** What to change in an environment. */
export interface EnvironmentChange {
  readonly set: ReadonlyMap<string, string>;
  /** Names to take out. */
  readonly unset: readonly string[];
}

/** An environment, as processes have it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The change that leads every provider to the sandbox, with the demo credentials of its first
 * login (those of a second one would only be in each other's way).
 *
 * @param origin of the sandbox
 * @param directories fresh ones, so that the user's sessions and settings are not touched
 */
export function sandboxEnvironment(
  declarations: readonly Declaration[],
  origin: string,
  directories: Directories,
): EnvironmentChange {
  const set = new Map<string, string>();
  const unset = new Set(['AUTHCTL_PROFILE']);
  for (const { name, fields, login, sandbox } of declarations) {
    if (!sandbox) continue;
    const credentials = new Map(Object.entries(sandbox.credentials));
    set.set(variableName(name, 'base_url'), `${origin}/${name}`);
    for (const field of login[0]?.fields ?? []) {
      const value = credentials.get(field);
      if (value !== undefined) set.set(variableName(name, field), value);
    }
    const others = ['environment', 'token', 'refresh_token', 'token_expires_at'];
    for (const other of [...fields.map((field) => field.name), ...others]) {
      unset.add(variableName(name, other));
    }
  }
  set.set('AUTHCTL_CONFIG_DIR', directories.config);
  set.set('AUTHCTL_STATE_DIR', directories.state);
  set.set('AUTHCTL_NO_KEYCHAIN', '1');
  return { set, unset: [...unset].filter((name) => !set.has(name)) };
}

/** An environment with the change made. */
export function changeEnvironment(
  environment: Environment,
  { set, unset }: EnvironmentChange,
  platform: NodeJS.Platform,
): Record<string, string> {
  // Windows does not tell names apart by case.
  const same = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const changed = new Set([...set.keys(), ...unset].map(same));
  const kept = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value === undefined || changed.has(same(name)) ? [] : [[name, value]],
  );
  return Object.fromEntries([...kept, ...set]);
}
