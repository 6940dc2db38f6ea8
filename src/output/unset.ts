/** `--unset`: prints the statements that unset the variables. */
import type { Declaration } from '../declaration/declaration.ts';
import { keptValues } from '../declaration/kept.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { unsetStatements } from './env.ts';
import { chooseShell } from './formats.ts';
import { type PrintOptions, type PrintWorld, parentShell } from './printer.ts';
import { variableNames } from './variables.ts';

/** @throws AuthctlError `usage` for another format than env, an unknown shell or an invalid variable */
export async function printUnset(
  world: Pick<PrintWorld, 'stdout' | 'parentProcess'>,
  declaration: Pick<Declaration, 'name' | 'answer' | 'login'>,
  { format = 'env', shell, variable, outFile }: PrintOptions,
): Promise<void> {
  const { name: provider } = declaration;
  if (format !== 'env' || outFile !== undefined) {
    throw new AuthctlError('usage', '--unset works only with -o env and without --out-file', {
      hint: hint`authctl token ${named(provider)} --unset`,
    });
  }
  const names = variableNames(provider, variable, [...keptValues(declaration).keys()]);
  const parent = await parentShell(world, { format, ...(shell !== undefined && { shell }) });
  const chosen = chooseShell({
    ...(shell !== undefined && { shell }),
    parentProcess: () => parent,
  });
  await world.stdout.write(unsetStatements(chosen, names));
}
