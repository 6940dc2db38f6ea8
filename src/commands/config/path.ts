/** `authctl config path`: prints where the config file is, or would be. */
import type { Run } from '../../run.ts';
import { printValue } from '../../terminal/printable.ts';

/** @throws AuthctlError `setting_missing` where there is no home directory */
export async function configPath({ context, configPath: path }: Run): Promise<void> {
  await printValue(context.stdout, path());
}
