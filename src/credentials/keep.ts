/** Stores credentials for a server: secrets in the OS keychain, other fields in the config. */
import { type Draft, dropSetting, putSetting } from '../config/edit.ts';
import { baseUrlSetting, fieldSetting } from '../config/read.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { hostFields } from '../declaration/uses.ts';
import type { Server } from './gate.ts';
import { keychainAccount } from './keychain/account.ts';
import { type EntriesWorld, saveSecrets } from './keychain/entries.ts';

/** The credentials of one server. */
export interface ToKeep {
  readonly declaration: Declaration;
  readonly profile: string;
  readonly server: Pick<Server, 'url' | 'origin'>;
  /** Whether a flag or the prompt gave the server's URL. */
  readonly given: boolean;
  /** By field. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Stores them.
 *
 * @returns what was stored, in words that follow "stored"
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function keepCredentials(world: EntriesWorld, toKeep: ToKeep): Promise<string> {
  const { declaration, profile, server, values } = toKeep;
  const provider = declaration.name;
  const entries = [...values]
    .filter(([name]) => findField(declaration, name)?.secret === true)
    .map(([name, value]): [string, string] => [
      keychainAccount(provider, profile, name, server.origin),
      value,
    ]);
  await saveSecrets(world, new Map(entries), (draft) => store(draft, toKeep));
  return `${[...values.keys()].join(', ')} of ${provider} in the profile ${profile}, for ${server.origin}`;
}

/** Puts the fields that are not secret into the config, and the server with them. */
function store(draft: Draft, { declaration, profile, server, given, values }: ToKeep): void {
  const { name: provider, environments } = declaration;
  // The default profile's values are stored with the provider: one in the profile would win.
  const above = profile === 'default' ? { provider } : { profile, provider };
  const inHost = hostFields(declaration);
  for (const [name, value] of values) {
    const place = { server: server.origin, name };
    if (profile === 'default') dropSetting(draft, { profile, provider, ...place });
    const field = findField(declaration, name);
    if (!field || field.secret) continue;
    putSetting(draft, { ...above, ...place }, value);
    // Without it, the server could not be found again.
    const isNew = inHost.includes(name) && !fieldSetting(draft, provider, profile, field);
    if (isNew) putSetting(draft, { ...above, name }, value);
  }
  if (!given) return;
  const isNamed = environments !== undefined || baseUrlSetting(draft, provider, profile);
  const place = isNamed ? { ...above, server: server.origin } : above;
  putSetting(draft, { ...place, name: 'base_url' }, server.url);
}
