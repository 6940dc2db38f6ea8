/** Runs the command that a command line names. */
import { readPlain } from './plain.ts';
import type { ProgramParts } from './tree.ts';
import { providerVerbs } from './verbs.ts';

/**
 * Runs the command that a command line names.
 *
 * @throws AuthctlError `usage` where it names none, and whatever the command throws
 */
export async function runCommandLine(argv: readonly string[], parts: ProgramParts): Promise<void> {
  const verbs = providerVerbs(parts);
  const plain = readPlain(argv, verbs, parts.providers);
  if (!plain) {
    const { runWithTree } = await import('./tree.ts');
    return runWithTree(argv, { ...parts, verbs });
  }
  const { verb, provider, options, args } = plain;
  await verb.action(parts.open(options), provider, options, args);
}
