/** `authctl provider check <file>`: all that is wrong with a declaration. */
import { readNamedDeclaration } from '../../providers/named.ts';
import type { Run } from '../../run.ts';
import { printable } from '../../terminal/printable.ts';

/**
 * Runs the command.
 *
 * @param builtIn the names of the built-in providers
 * @throws AuthctlError `config_broken` if the file is not valid; `usage` if it cannot be read
 */
export async function checkProvider(
  run: Run,
  builtIn: readonly string[],
  path: string,
): Promise<void> {
  const { clock, stdin, stderr } = run.context;
  const say = (line: string) => stderr.write(`authctl: ${printable(line)}\n`);
  const { declaration } = await readNamedDeclaration({ clock, stdin, builtIn, say }, path);
  const { name, title } = declaration;
  await run.context.stdout.write(
    `${printable(`${path === '-' ? 'this' : path} is a valid declaration of ${title} (${name})`)}\n`,
  );
}
