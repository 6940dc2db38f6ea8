/** `authctl credentials delete <provider>`: removes its credentials in the profile, for every server. */
import { dropSetting } from '../../config/edit.ts';
import { serversIn } from '../../config/read.ts';
import { updateConfig } from '../../config/write.ts';
import { deleteSecrets, notFoundNotice } from '../../credentials/keychain/entries.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';

/** @throws AuthctlError `keychain` if the keychain cannot be used, `config_broken` */
export async function deleteCredentials(run: Run, declaration: Declaration): Promise<void> {
  const { notices, profile } = run;
  const { name: provider, fields } = declaration;
  const deleted = await deleteSecrets(run, `${provider}/${profile}/`);
  const dropped = await updateConfig(run.configPath(), run.context, (draft) => {
    const servers = serversIn(draft, provider, profile).map((server) => ({ server }));
    const names = fields.map(({ name }) => name);
    const places = [
      ...names.map((name) => ({ name })),
      ...servers.flatMap((server) => [...names, 'base_url'].map((name) => ({ ...server, name }))),
    ];
    return places.filter((place) => {
      const inProfile = dropSetting(draft, { profile, provider, ...place });
      const own = profile === 'default' && dropSetting(draft, { provider, ...place });
      return inProfile || own;
    });
  });
  const notFound = notFoundNotice(deleted);
  if (deleted.removed + dropped.length > 0) {
    notices.notice(`removed the credentials of ${provider} from the profile ${profile}`);
  } else if (notFound === undefined) {
    notices.notice(`no credentials of ${provider} were stored in the profile ${profile}`);
  }
  if (notFound !== undefined) notices.notice(notFound);
}
