/** `authctl provider remove <name>`: removes a declaration, and on request what is stored for it. */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkWay } from '../../config/trust.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import { didYouMean, nearest } from '../../declaration/nearest.ts';
import { AuthctlError, systemErrorCode } from '../../errors.ts';
import { compiledPath } from '../../providers/compiled.ts';
import { filesOf } from '../../providers/declared.ts';
import type { Run } from '../../run.ts';
import { logout } from '../logout.ts';

/**
 * Runs the command.
 *
 * @param builtIn the names of the built-in providers
 * @param options.purge whether to remove the sessions and the keychain entries too
 * @throws AuthctlError `usage` if there is no such declaration; `store`, `keychain`, `output_failed`
 */
export async function removeProvider(
  run: Run,
  providers: readonly Declaration[],
  name: string,
  { purge }: { readonly purge: boolean },
): Promise<void> {
  const { notices, context } = run;
  if (providers.some((each) => each.name === name && !each.file)) {
    throw new AuthctlError('usage', `${name} is built in, and cannot be removed`, {
      provider: name,
    });
  }
  const files = filesOf(dirname(run.configPath()), name);
  if (files.length === 0) {
    const own = providers.filter(({ file }) => file).map((each) => each.name);
    throw new AuthctlError(
      'unknown_provider',
      `there is no declaration of ${JSON.stringify(name)}${didYouMean(nearest(name, own))}`,
      {
        hint: 'authctl provider list',
      },
    );
  }
  // Before the declaration is gone, which says what there is to remove.
  if (purge) {
    await logout(run, providers, { provider: name, all: true, credentials: true, local: true });
  }
  for (const file of files) {
    checkWay(file, file, context.uid);
    try {
      rmSync(file);
      if (existsSync(compiledPath(file))) rmSync(compiledPath(file));
    } catch (cause) {
      const code = systemErrorCode(cause) ?? 'an error';
      throw new AuthctlError('output_failed', `cannot remove ${file}: ${code}`, { cause });
    }
    await context.stdout.write(`${file}\n`);
  }
  notices.notice(`removed ${name}`);
  if (purge) return;
  notices.notice(
    `its sessions and keychain entries stay: authctl logout ${name} --all --credentials removes them`,
  );
}
