/** `authctl __complete profiles|providers`: lists names for the completion scripts. */
import type { Config } from '../config/document.ts';
import { profileUses } from '../config/profiles.ts';
import { readTrustedConfig } from '../config/trust.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { Run } from '../run.ts';
import { isProfileName } from '../session/profile.ts';
import type { Store } from '../session/store.ts';
import { printable } from '../terminal/printable.ts';

/**
 * Prints one name per line, followed by a tab and a summary if it has one.
 *
 * @throws AuthctlError `config_broken`
 */
export async function complete(
  { context, configPath, store }: Run,
  providers: readonly Declaration[],
  what: string,
): Promise<void> {
  const lines =
    what === 'providers'
      ? providers.map(({ name, title }) => `${name}\t${printable(title)}`)
      : what === 'profiles'
        ? await profiles(readTrustedConfig(configPath(), context.uid), await store())
        : [];
  await context.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** The names of the profiles that have settings, a secret in the keychain, or a session. */
export async function profiles(
  config: Config,
  store: Pick<Store, 'list'>,
): Promise<readonly string[]> {
  const uses = [
    ...profileUses(config),
    ...(await store.list().catch(() => [])).map(({ key }) => key),
  ];
  return [...new Set(uses.map(({ profile }) => profile))].filter(isProfileName);
}
