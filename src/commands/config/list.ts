/** `authctl config list`: prints every setting. */
import { keyText } from '../../config/key.ts';
import { listSettings } from '../../config/list.ts';
import { readTrustedConfig } from '../../config/trust.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';
import { describeScope } from '../../session/scope.ts';
import { printable, printableJson } from '../../terminal/printable.ts';

/**
 * Prints every setting as a `key=value` line, or all as one JSON object; with -p only the profile's.
 *
 * @throws AuthctlError `config_broken`
 */
export async function configList(
  run: Run,
  providers: readonly Declaration[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const { profile, profileGiven } = run;
  const config = readTrustedConfig(run.configPath(), run.context.uid);
  const settings = listSettings(config, providers).filter(
    ({ key }) => !profileGiven || (key.profile ?? 'default') === profile,
  );
  for (const { key, problem } of settings) {
    if (problem !== undefined) run.notices.notice(`${keyText(key)} ${problem}`);
  }
  const scope = profileGiven ? { profile } : {};
  const shown = settings.map(({ key, shown }) => [keyText(key), shown] as const);
  if (json) {
    const text = JSON.stringify(Object.fromEntries(shown), undefined, 2);
    return run.context.stdout.write(`${printableJson(text)}\n`);
  }
  if (shown.length === 0) {
    return run.notices.notice(`the config has no settings${describeScope(scope)}`);
  }
  // Escaped, so that a line break in a value does not look like another setting.
  const lines = shown.map(([key, value]) => `${printable(`${key}=${value}`, Infinity)}\n`);
  await run.context.stdout.write(lines.join(''));
}
