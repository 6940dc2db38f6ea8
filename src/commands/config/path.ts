/** `authctl config path`: prints the path of the config file, whether or not it exists. */
import type { Run } from '../../run.ts';
import { printValue } from '../../terminal/printable.ts';

/** @throws AuthctlError `setting_missing` if the home directory cannot be determined */
export async function configPath({ context, configPath: path }: Run): Promise<void> {
  await printValue(context.stdout, path());
}
