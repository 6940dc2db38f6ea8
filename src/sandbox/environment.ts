/** Builds an environment in which every provider uses the sandbox, without the user's own settings. */

import { storeSecretVariables } from '../config/store-names.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { fileVariable, variableName } from '../declaration/names.ts';
import type { Directories } from '../directories.ts';
import { samplesOf } from './samples.ts';

/** The variable that holds the sandbox's address, for what runs in it. */
export const sandboxVariable = 'AUTHCTL_SANDBOX';

export interface EnvironmentChange {
  readonly set: ReadonlyMap<string, string>;
  /** Names of variables. */
  readonly unset: readonly string[];
}

/** A one-time code of a demo account. Codes have no variables. */
export interface DemoCode {
  readonly provider: string;
  readonly field: string;
  readonly code: string;
}

/** The one-time codes of the demo accounts. */
export function demoCodes(declarations: readonly Declaration[]): readonly DemoCode[] {
  return declarations.flatMap((declaration) => {
    const { name: provider, fields } = declaration;
    if (!fields.some(({ once }) => once)) return [];
    const credentials = new Map(Object.entries(samplesOf(declaration).credentials));
    return fields.flatMap(({ name: field, once }) => {
      const code = once ? credentials.get(field) : undefined;
      return code === undefined ? [] : [{ provider, field, code }];
    });
  });
}

/**
 * Points every provider to the sandbox, with the demo credentials of its first login. Those of other
 * logins would be ambiguous.
 *
 * @param origin of the sandbox
 * @param directories new ones, so that the user's sessions and settings are not used
 */
export function sandboxEnvironment(
  declarations: readonly Declaration[],
  origin: string,
  directories: Directories,
): EnvironmentChange {
  const set = new Map<string, string>();
  // A real store would keep the demo sessions.
  const unset = new Set(['AUTHCTL_PROFILE', ...storeSecretVariables]);
  for (const declaration of declarations) {
    const { name, fields, login } = declaration;
    const credentials = new Map(Object.entries(samplesOf(declaration).credentials));
    set.set(variableName(name, 'base_url'), `${origin}/${name}`);
    const lasting = fields.filter(({ once }) => !once).map((field) => field.name);
    for (const field of login[0]?.fields ?? []) {
      const value = lasting.includes(field) ? credentials.get(field) : undefined;
      if (value !== undefined) set.set(variableName(name, field), value);
    }
    const others = ['environment', 'token', 'refresh_token', 'token_expires_at'];
    for (const field of lasting) unset.add(fileVariable(name, field));
    for (const other of [...lasting, ...others]) {
      unset.add(variableName(name, other));
    }
  }
  // For prompts and scripts that want to know where they run.
  set.set(sandboxVariable, origin);
  set.set('AUTHCTL_CONFIG_DIR', directories.config);
  set.set('AUTHCTL_STATE_DIR', directories.state);
  set.set('AUTHCTL_NO_KEYCHAIN', '1');
  return { set, unset: [...unset].filter((name) => !set.has(name)) };
}
