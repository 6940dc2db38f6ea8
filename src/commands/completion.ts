/** `authctl completion`: prints the completion script of a shell. */
import { scripts } from '../completion/scripts.ts';
import { isScriptShell, scriptShells } from '../completion/shell-names.ts';
import type { Words } from '../completion/words.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Run } from '../run.ts';

/**
 * Prints the script, byte for byte the file in `completions/`.
 *
 * @throws AuthctlError `usage` for any other shell
 */
export async function completion(run: Run, words: Words, shell = ''): Promise<void> {
  if (!isScriptShell(shell)) {
    const meant = didYouMean(nearest(shell, scriptShells));
    throw new AuthctlError('usage', `no completion script for ${JSON.stringify(shell)}${meant}`, {
      hint: hint`use one of: ${named(...scriptShells)}`,
    });
  }
  await run.context.stdout.write(scripts[shell].text(words));
}
