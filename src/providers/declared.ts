/** Finds the providers that the user has declared: a file each, in the config directory. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { isUsersOwn, readTrustedFile } from '../config/trust.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { isProviderName } from '../declaration/names.ts';
import type { LocatedProblem } from '../declaration/source.ts';
import { AuthctlError, hint, quoted, systemErrorCode } from '../errors.ts';
import { fileState } from '../files/changed.ts';
import { readCompiled, writeCompiled } from './compiled.ts';

/** Where declarations are, and who may have written them. */
export interface DeclaredWorld {
  /** The config directory. */
  readonly config: string;
  /** The user's id; undefined if files have no owner (Windows). */
  readonly uid: number | undefined;
  /** The program's version. */
  readonly version: string;
  readonly clock: Clock;
  /** The names of the built-in providers. */
  readonly builtIn: readonly string[];
  readonly notice: (text: string) => void;
}

/** A provider's file that cannot be used. */
export interface BrokenProvider {
  readonly name: string;
  readonly error: AuthctlError;
}

/** What there is in the directory. */
export interface Declared {
  readonly providers: readonly Declaration[];
  readonly broken: readonly BrokenProvider[];
}

const extensions = ['yaml', 'json'] as const;

/** The directory of the declarations. */
export function declarationsIn(config: string): string {
  return `${config}/providers`;
}

/** Every declared provider, by name. */
export async function declaredProviders(world: DeclaredWorld): Promise<Declared> {
  const providers: Declaration[] = [];
  const broken: BrokenProvider[] = [];
  for (const name of namesIn(declarationsIn(world.config))) {
    try {
      if (world.builtIn.includes(name)) throw takenName(world.config, name);
      const declaration = await declaredProvider(name, world);
      if (declaration) providers.push(declaration);
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
      broken.push({ name, error });
    }
  }
  return { providers, broken };
}

/**
 * The declared provider of a name.
 *
 * @returns undefined if there is none
 * @throws AuthctlError `config_broken` for a file that is not valid, or that others could change
 */
export async function declaredProvider(
  name: string,
  world: DeclaredWorld,
): Promise<Declaration | undefined> {
  if (!isProviderName(name) || world.builtIn.includes(name)) return undefined;
  const { config, uid, version, clock, builtIn, notice } = world;
  const [path, second] = filesOf(config, name);
  if (path === undefined) {
    const other = `${declarationsIn(config)}/${name}.yml`;
    if (!existsSync(other)) return undefined;
    throw new AuthctlError(
      'config_broken',
      `the declaration ${other} is not read, because its name does not end in .yaml`,
      {
        provider: name,
        hint: hint`mv ${quoted(other)} ${quoted(`${declarationsIn(config)}/${name}.yaml`)}`,
      },
    );
  }
  if (second !== undefined) {
    throw brokenFile(path, `cannot be used, since there is ${second} too`, name);
  }
  if (!isUsersOwn(path, uid)) {
    notice(
      `notice: the declaration ${path} is ignored: a variable chose its place, and it is in a checkout, or neither in your home directory nor owned by root`,
    );
    return undefined;
  }
  const file = fileState(path);
  const bytes = readTrustedFile(path, uid);
  if (!file || !bytes) return undefined;
  const compiled = readCompiled(path, bytes, { uid, version });
  if (compiled) return { ...compiled, file };
  const { readDeclaration } = await import('../declaration/read.ts');
  const format = path.endsWith('.json') ? 'json' : 'yaml';
  const { declaration, problems } = await readDeclaration(bytes, { format, name, builtIn });
  if (problems) throw problemsError(path, name, problems);
  await writeCompiled(path, bytes, declaration, { version, clock });
  return { ...declaration, file };
}

function takenName(config: string, name: string): AuthctlError {
  const [path = name] = filesOf(config, name);
  return brokenFile(path, `is not used, because ${name} is built in`, name);
}

/** The files that declare a provider: at most one is right, and none if it cannot be the name of one. */
export function filesOf(config: string, name: string): readonly string[] {
  if (!isProviderName(name)) return [];
  return extensions
    .map((extension) => `${declarationsIn(config)}/${name}.${extension}`)
    .filter((path) => statSync(path, { throwIfNoEntry: false }));
}

/** The names of the files in a directory, in order. */
function namesIn(directory: string): readonly string[] {
  let files: readonly string[];
  try {
    files = readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw brokenFile(directory, `cannot be read: ${systemErrorCode(error) ?? 'an error'}`);
  }
  const names = files.flatMap(
    (file) => /^([a-z][a-z0-9-]*)\.(?:ya?ml|json)$/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

/** The error for a file with problems: the first ones, in one line. */
export function problemsError(
  path: string,
  provider: string,
  problems: readonly LocatedProblem[],
): AuthctlError {
  const shown = problems.slice(0, 3).map(problemText);
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  return brokenFile(path, `is not valid: ${shown.join('; ')}${more}`, provider);
}

/** A problem in one line: its place, and what is wrong. */
export function problemText({ pointer, line, message }: LocatedProblem): string {
  const at = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(pointer === '' ? [] : [pointer]),
  ].join(', ');
  return at === '' ? message : `${at}: ${message}`;
}

function brokenFile(path: string, what: string, provider?: string): AuthctlError {
  return new AuthctlError('config_broken', `the declaration ${path} ${what}`, {
    ...(provider !== undefined && { provider }),
    hint: hint`authctl provider check ${quoted(path)}`,
  });
}
