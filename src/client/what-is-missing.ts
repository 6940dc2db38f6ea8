/** Finds out before anything is asked, run or sent what is missing for a token. */
import { requireCredentials } from '../credentials/resolve.ts';
import { AuthctlError } from '../errors.ts';
import { findSession } from '../session/selector.ts';
import { searchFor } from './credentials.ts';
import type { Target } from './target.ts';
import { placedForLogin, wayToToken } from './token.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/**
 * The error that a login would end with for want of something; undefined if there is none, or if a stored
 * token makes a login unnecessary. What can be asked for is not missing: that is all but a base URL.
 *
 * @throws AuthctlError `usage`, `config_broken`
 */
export async function whatIsMissing(
  world: ClientWorld,
  target: Target,
  { isGood }: Pick<TokenOptions, 'isGood'>,
): Promise<AuthctlError | undefined> {
  if (world.prompt && (target.server || target.declaration.environments)) return undefined;
  const silent = { ...world, prompt: undefined };
  const known = await findSession(await world.store(), target.selector);
  const usable = { isGood, isRejected: () => false };
  if (wayToToken(target, known, usable, world.clock.now()) !== 'login') return undefined;
  try {
    const placed = await placedForLogin(silent, target);
    await requireCredentials(searchFor(silent, placed, placed.server));
    return undefined;
  } catch (error) {
    if (error instanceof AuthctlError && error.exitCode === 3) return error;
    throw error;
  }
}
