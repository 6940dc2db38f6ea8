/** `--unset`: prints the statements that take the variables away again. */

import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import { unsetStatements } from '../output/env.ts';
import { chooseShell } from '../output/formats.ts';
import { variableNames } from '../output/variables.ts';
import type { Run } from '../run.ts';
import { type RawOptions, text } from './options.ts';
import { formatName, parentShell } from './print.ts';

/** @throws AuthctlError `usage` for another format than env, an unknown shell, a bad variable */
export async function printUnset(
  { context }: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  const format = formatName(options) ?? 'env';
  if (format !== 'env' || text(options, 'outFile') !== undefined) {
    throw new AuthctlError('usage', '--unset prints statements for a shell, and nothing else', {
      hint: `authctl token ${declaration.name} --unset`,
    });
  }
  const shell = text(options, 'shell');
  const names = variableNames(declaration.name, text(options, 'var'));
  const parent = await parentShell(context, format, shell);
  const chosen = chooseShell({
    ...(shell !== undefined && { shell }),
    parentProcess: () => parent,
  });
  await context.stdout.write(unsetStatements(chosen, names));
}
