/** Dispatches a command line: to the quick parser if it is plain, else to the command tree. */
import { readPlain } from './plain.ts';
import type { ProgramParts } from './tree.ts';
import { providerVerbs } from './verbs.ts';

/**
 * Runs the command that a command line names.
 *
 * @returns the exit code
 * @throws AuthctlError `usage` for an invalid command line, and whatever the command throws
 */
export async function runCommandLine(
  argv: readonly string[],
  parts: ProgramParts,
): Promise<number> {
  const plain = readPlain(argv, providerVerbs, parts.providers);
  if (!plain) {
    const { runWithTree } = await import('./tree.ts');
    return runWithTree(argv, parts);
  }
  const { verb, provider, raw, args } = plain;
  const result = await verb.action(parts.open(raw), provider, raw, args);
  return typeof result === 'number' ? result : 0;
}
