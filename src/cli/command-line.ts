/** Dispatches a command line: to the quick parser if it is plain, else to the command tree. */
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Declared } from '../providers/declared.ts';
import { readPlain } from './plain.ts';
import type { ProgramParts } from './tree.ts';
import { providerVerbs } from './verbs.ts';

/** The providers that the user has declared. */
export interface DeclaredProviders {
  /** The one of a name. @throws AuthctlError `config_broken` if its file cannot be used */
  readonly find: (name: string) => Promise<Declaration | undefined>;
  readonly all: () => Promise<Declared>;
}

/**
 * Runs the command that a command line names.
 *
 * @param parts with the built-in providers
 * @returns the exit code
 * @throws AuthctlError `usage` for an invalid command line, and whatever the command throws
 */
export async function runCommandLine(
  argv: readonly string[],
  parts: ProgramParts,
  declared: DeclaredProviders,
): Promise<number> {
  const plain =
    readPlain(argv, providerVerbs, parts.providers) ??
    readPlain(argv, providerVerbs, await named(argv, parts, declared));
  if (!plain) {
    const { runWithTree } = await import('./tree.ts');
    const { providers, broken } = await declared.all().catch((error: unknown) => {
      // Which is to be said in its table.
      if (argv[0] !== 'doctor' || !(error instanceof AuthctlError)) throw error;
      return { providers: [], broken: [{ name: 'providers', error }] };
    });
    return runWithTree(argv, { ...parts, providers: [...parts.providers, ...providers], broken });
  }
  const { verb, provider, raw, args } = plain;
  const result = await verb.action(parts.open(raw), provider, raw, args);
  return typeof result === 'number' ? result : 0;
}

/** The declared provider that a plain command line names: the files of others need not be read. */
async function named(
  [verb = '', name = '']: readonly string[],
  { providers }: ProgramParts,
  declared: DeclaredProviders,
): Promise<readonly Declaration[]> {
  if (!Object.hasOwn(providerVerbs, verb)) return [];
  if (providers.some((provider) => provider.name === name)) return [];
  const found = await declared.find(name);
  return found ? [found] : [];
}
