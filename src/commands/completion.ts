/** `authctl completion`: prints the completion script of a shell, and answers what the scripts ask for. */
import { join } from 'node:path';
import { scripts } from '../completion/scripts.ts';
import { isScriptShell, scriptShells } from '../completion/shell-names.ts';
import type { Words } from '../completion/words.ts';
import { type Config, isObject, keychainAccounts, own } from '../config/document.ts';
import { readConfig } from '../config/read.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { configName } from '../directories.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { printable } from '../terminal/printable.ts';

/**
 * Prints the script, byte for byte the file in `completions/`.
 *
 * @throws AuthctlError `usage` for a shell that there is no script for
 */
export async function completion(run: Run, words: Words, shell = ''): Promise<void> {
  if (!isScriptShell(shell)) {
    throw new AuthctlError('usage', `there are no completions for ${JSON.stringify(shell)}`, {
      hint: `there are some for ${scriptShells.join(', ')}`,
    });
  }
  await run.context.stdout.write(scripts[shell].text(words));
}

/**
 * `authctl __complete profiles|providers`, which only the scripts call: a name a line, with a tab and
 * a summary after it if there is one.
 *
 * @throws AuthctlError `config_broken`
 */
export async function completeNames(
  { context }: Run,
  providers: readonly Declaration[],
  what: string,
): Promise<void> {
  const lines =
    what === 'providers'
      ? providers.map(({ name, title }) => `${name}\t${printable(title)}`)
      : what === 'profiles'
        ? profilesOf(readConfig(join(context.directories().config, configName)))
        : [];
  await context.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** The profiles that have settings or a secret in the keychain. */
function profilesOf(config: Config): readonly string[] {
  const settings = own(config.settings, 'profiles');
  const names = [
    ...(isObject(settings) ? Object.keys(settings) : []),
    // Such an account is <provider>/<profile>/<field>@<origin>.
    ...keychainAccounts(config).map((account) => account.split('/')[1] ?? ''),
  ];
  return [...new Set(names)].filter((name) => /^[A-Za-z0-9._-]+$/.test(name));
}
