/** Makes a declaration one of the user's providers: a file in the config directory. */
import { rmSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { checkWay, isUsersOwn } from '../config/trust.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { renamed } from '../declaration/source.ts';
import { sharedVariable } from '../declaration/variables.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { makeDirectory } from '../files/plain-directory.ts';
import { declarationsIn, filesOf } from './declared.ts';
import type { NamedDeclaration } from './named.ts';

/** Where declarations are saved, and by whom. */
export interface SaveWorld {
  /** The config directory. */
  readonly config: string;
  /** Undefined if files have no owner (Windows). */
  readonly uid: number | undefined;
  readonly clock: Clock;
}

/** @throws AuthctlError `config_broken` */
export function requireOwnVariables(
  declaration: Declaration,
  providers: readonly Declaration[],
): void {
  for (const other of providers) {
    if (other.name === declaration.name) continue;
    const variable = sharedVariable(declaration, other);
    if (variable === undefined) continue;
    throw new AuthctlError(
      'config_broken',
      `the provider ${declaration.name} would share the variable ${variable} with ${other.name}`,
      { provider: declaration.name, hint: 'choose another name with --name' },
    );
  }
}

/**
 * Saves a declaration in place of the one of its name.
 *
 * @returns the file
 * @throws AuthctlError `config_broken`, `output_failed`
 */
export async function saveDeclaration(
  { declaration, text, format }: NamedDeclaration,
  { config, uid, clock }: SaveWorld,
): Promise<string> {
  const directory = declarationsIn(config);
  const target = `${directory}/${declaration.name}.${format}`;
  const existing = filesOf(config, declaration.name);
  try {
    checkWay(target, directory, uid);
    makeDirectory(directory);
    checkWay(target, directory, uid);
    if (!isUsersOwn(target, uid)) {
      throw new AuthctlError(
        'config_broken',
        `no declaration is read from ${directory}: a variable chose it, and it is in a checkout, or neither in your home directory nor owned by root`,
      );
    }
    const own = renamed(text, format, declaration.name);
    await writeFileAtomic(target, own, { mode: 0o600, clock });
  } catch (cause) {
    if (cause instanceof AuthctlError) throw cause;
    const code = systemErrorCode(cause) ?? 'an error';
    throw new AuthctlError('output_failed', `cannot write ${target}: ${code}`, { cause });
  }
  for (const other of existing) if (other !== target) rmSync(other);
  return target;
}
