/** Providers at which a new login ends the earlier token: nobody logs in beside a good one, unless asked to. */
import { hintCommand } from '../credentials/hint.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { canonicalKey, type SessionKey } from '../session/key.ts';
import type { Session } from '../session/session.ts';
import { durationWords } from '../terminal/duration.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Requires that no other profile has a good token of the account, which a login would end.
 *
 * @throws AuthctlError `session_missing`
 */
export async function requireOnlyOne(
  world: ClientWorld,
  { declaration, server }: Pick<Target, 'declaration' | 'server'>,
  key: SessionKey,
): Promise<void> {
  const now = world.clock.now();
  const others = await sameAccount(world, key);
  const good = others.find(
    ({ key: other, tokenSet }) => other.profile !== key.profile && isFresh(tokenSet, now),
  );
  if (!good) return;
  const { name, title } = declaration;
  const { profile } = good.key;
  const words = hint`token ${named(name)}`;
  // The failed command, or a variable, named another one.
  const command = profile === 'default' ? hint`${words} --profile default` : words;
  throw new AuthctlError(
    'session_missing',
    `a login at ${title} would end the good token of this account in the profile ${profile}`,
    { provider: name, hint: hintCommand(command, { profile, server }) },
  );
}

/**
 * Prints a notice of what a login ends.
 *
 * @returns the sessions of other profiles whose tokens it ends
 */
export async function noticeEnd(
  world: ClientWorld,
  { declaration: { title } }: Pick<Target, 'declaration'>,
  key: SessionKey,
): Promise<readonly Session[]> {
  const now = world.clock.now();
  const ended = (await sameAccount(world, key)).filter(({ tokenSet }) => {
    const left = timeLeft(tokenSet, now);
    return left === null || left > 0;
  });
  const which = ended.map(({ key: { profile }, tokenSet }) => {
    const left = timeLeft(tokenSet, now);
    const good = left === null ? '' : `, good for ${durationWords(left)} more`;
    return `the one in the profile ${profile}${good}`;
  });
  const stored = which.length === 0 ? '' : `: ${which.join('; ')}`;
  world.notices.notice(
    `notice: a login at ${title} ends the earlier token of the account${stored}`,
  );
  return ended.filter(({ key: { profile } }) => profile !== key.profile);
}

/** The stored sessions of an account at a server, in all profiles. */
async function sameAccount({ store }: ClientWorld, key: SessionKey): Promise<readonly Session[]> {
  const { profile } = key;
  const wanted = canonicalKey(key);
  // Where nothing can be stored, nothing is known of others.
  const all = await (await store()).list().catch(() => []);
  return all.filter((each) => canonicalKey({ ...each.key, profile }) === wanted);
}
