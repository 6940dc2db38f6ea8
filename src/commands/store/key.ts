/** `authctl store key new|rotate|reader`: prints the text of a key file, and writes nothing. */
import { type KeyPurpose, keyFileText } from '../../fleet/key-file.ts';
import type { Run } from '../../run.ts';

/** @throws AuthctlError `setting_missing` without a key; `usage` for a step that is not possible */
export async function storeKey(run: Run, purpose: KeyPurpose): Promise<void> {
  const { context, config, notices, secrets } = run;
  const { env, clock, stdout } = context;
  const text = await keyFileText({ env, clock, config, keepSecret: secrets.add }, purpose);
  if (stdout.isTTY) {
    notices.notice('notice: this is a secret: write it to a file, or to where you keep secrets');
  }
  await stdout.write(text);
}
