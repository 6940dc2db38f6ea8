/** `authctl config unset <key>`: removes one setting. */
import { dropSetting } from '../../config/edit.ts';
import { keyUnder } from '../../config/key.ts';
import { findSetting, notSet } from '../../config/setting.ts';
import { updateConfig } from '../../config/write.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';

/**
 * Removes one setting, even an unknown one.
 *
 * @throws AuthctlError `setting_missing`, `usage`, `unknown_provider`, `config_broken`
 */
export async function configUnset(
  run: Run,
  providers: readonly Declaration[],
  { key: text }: { readonly key: string },
): Promise<void> {
  const key = keyUnder(run, text);
  await updateConfig(run.configPath(), run.context, (draft) => {
    if (dropSetting(draft, key)) return;
    const { secret } = findSetting(providers, key);
    throw notSet(run, draft, 'unset', { key, secret });
  });
}
