/** `authctl credentials delete <provider>`: removes what is kept of it in the profile, for every server. */
import { dropSetting } from '../../config/edit.ts';
import { updateConfig } from '../../config/write.ts';
import { forgetSecrets } from '../../credentials/keychain/entries.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';

/** @throws AuthctlError `keychain` where the keychain does not remove them, `config_broken` */
export async function deleteCredentials(run: Run, declaration: Declaration): Promise<void> {
  const { notices, profile } = run;
  const { name: provider, fields } = declaration;
  const removed = await forgetSecrets(run, `${provider}/${profile}/`);
  const dropped = await updateConfig(run.configPath(), run.context, (draft) =>
    fields.filter(({ name }) => {
      const inProfile = dropSetting(draft, { profile, provider, name });
      const own = profile === 'default' && dropSetting(draft, { provider, name });
      return inProfile || own;
    }),
  );
  notices.notice(
    removed + dropped.length === 0
      ? `nothing was kept of ${provider} in the profile ${profile}`
      : `removed what was kept of ${provider} in the profile ${profile}`,
  );
}
