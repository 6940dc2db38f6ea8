/** Gets a valid token: from the store, else by refresh, else by login, with one request for all processes. */
import type { Server } from '../credentials/gate.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { describeAccount } from '../session/key.ts';
import { findSession, selectedKey } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import { otherProcess, singleFlight } from '../session/single-flight.ts';
import { prepareLogin, refusalHint } from './credentials.ts';
import { connect } from './exchange.ts';
import { guarded } from './guarded.ts';
import { askCode, logIn } from './log-in.ts';
import type { LoggedIn } from './logged-in.ts';
import { canRefresh, refreshSession, refreshWith } from './renew.ts';
import { noticeUnsaved, saveOptions } from './save-session.ts';
import { sentFingerprint } from './sent-fingerprint.ts';
import { isNamed } from './server.ts';
import { isExclusive, unsharedBecause } from './sharing.ts';
import { noteServerOfSession, type Target, withServer } from './target.ts';
import type { TokenOptions } from './token-options.ts';
import { stillTakes } from './verify.ts';
import type { ClientWorld } from './world.ts';

/** @throws AuthctlError whatever goes wrong on the way to a token */
export async function token(
  world: ClientWorld,
  target: Target,
  options: TokenOptions,
): Promise<LoggedIn> {
  const obtained = await obtain(world, target, options);
  await (await world.store()).saveOutline(target.outline);
  noteServerOfSession(world, target, obtained.session.key);
  const { account, baseUrl } = obtained.session.key;
  world.notices.detail(`the account is ${describeAccount(account)}, at ${baseUrl}`);
  return obtained;
}

async function obtain(
  world: ClientWorld,
  target: Target,
  options: TokenOptions,
): Promise<LoggedIn> {
  const store = await world.store();
  const known = await findSession(store, target.selector);
  const isRejected = rejection(world, known, options);
  const usable = {
    isRejected,
    isGood: (each: TokenSet) => !isRejected(each) && options.isGood(each),
  };
  const wanted = { ...options, rejected: known !== undefined && isRejected(known.tokenSet) };
  const way = wayToToken(target, known, usable, world.clock.now());
  if (known && way === 'store') return { session: known, source: 'store' };
  if (store.together?.readsOnly) {
    const { readShared } = await import('./read-shared.ts');
    const { isGood } = usable;
    return readShared(world, target, { ...wanted, isGood });
  }
  if (known && way === 'refresh') {
    const own = { ...wanted, isGood: usable.isGood };
    const renewed = await refreshSession(world, target, known, own);
    if (!('refused' in renewed)) return renewed;
    world.notices.detail('the refresh token was refused: logging in');
    if (!isRejected(known.tokenSet) && isKept(target, known, world.clock.now())) {
      return { session: known, source: 'store' };
    }
    return loginOnce(world, target, wanted, isRejected).catch(async (error: unknown) => {
      const isMissing = error instanceof AuthctlError && error.code === 'credential_missing';
      if (!isMissing || !known.tokenSet.shared?.refreshable) throw error;
      // What another machine may have presented is the only thing that there is.
      const again = await refreshSession(world, target, known, { ...own, respend: true });
      if ('refused' in again) throw error;
      return again;
    });
  }
  return loginOnce(world, target, wanted, isRejected);
}

/** Milliseconds for which others may still report the token that was replaced. */
const late = 30_000;

/**
 * Which token the server rejected: the stored one, unless it has just replaced one that was rejected. Of
 * many processes that meet the same 401, the last ones start when the first has a new token.
 */
function rejection(
  { clock, notices }: ClientWorld,
  known: Session | undefined,
  { rejected = false }: TokenOptions,
): (tokenSet: TokenSet) => boolean {
  if (!rejected || !known) return () => false;
  const { accessToken, replaces = false, receivedAt } = known.tokenSet;
  const age = clock.now() - receivedAt;
  if (replaces && age >= 0 && age < late) {
    notices.notice(
      `notice: the rejected token was replaced ${Math.round(age / 1000)} s ago: this is the new one`,
    );
    return () => false;
  }
  return (tokenSet) => tokenSet.accessToken === accessToken;
}

/** Which stored tokens can be used. */
interface Usable extends Pick<TokenOptions, 'isGood'> {
  readonly isRejected: (tokenSet: TokenSet) => boolean;
}

/** Where a token comes from: what is stored, or what the server is asked first. */
export function wayToToken(
  target: Pick<Target, 'declaration'>,
  known: Session | undefined,
  { isGood, isRejected }: Usable,
  now: number,
): Obtained['source'] {
  if (!known) return 'login';
  if (isGood(known.tokenSet)) return 'store';
  if (mayRefresh(target, known, isRejected, now)) return 'refresh';
  return !isRejected(known.tokenSet) && isKept(target, known, now) ? 'store' : 'login';
}

/** Whether a refresh is possible, and does not end a token that others may use. */
function mayRefresh(
  target: Pick<Target, 'declaration'>,
  session: Session,
  isRejected: Usable['isRejected'],
  now: number,
): boolean {
  if (!canRefresh(target, session, now)) return false;
  const { tokenSet } = session;
  const endsGoodOne = !isRejected(tokenSet) && isFresh(tokenSet, now);
  return !(target.declaration.refresh?.exclusive && endsGoodOne);
}

/** Whether a token stays in use, whatever its lifetime: a login would end it for everybody else. */
function isKept(
  { declaration }: Pick<Target, 'declaration'>,
  { tokenSet }: Session,
  now: number,
): boolean {
  return declaration.answer.exclusive === true && isFresh(tokenSet, now);
}

/** Logs in, or uses the session that another process gets in the meantime. */
async function loginOnce(
  world: ClientWorld,
  unplaced: Target,
  { isGood, signal, rejected = false }: TokenOptions,
  isRejected: (tokenSet: TokenSet) => boolean,
): Promise<LoggedIn> {
  const store = await world.store();
  const target = await placedForLogin(world, unplaced);
  const { server } = target;
  const { key, credentials, values } = await prepareLogin(world, target, server);
  const pairs = [...values].map(([name, value]) => ({ name, value }));
  const { exclusive = false } = target.declaration.answer;
  let source: Obtained['source'] = 'login';
  const result = await singleFlight({
    store,
    key,
    fingerprint: await sentFingerprint(store, target.declaration, pairs),
    isGood: (session) =>
      !isRejected(session.tokenSet) &&
      (isGood(session.tokenSet) || isKept(target, session, world.clock.now())),
    canAskCode: askCode(world, target) !== undefined,
    shared: { rejected, exclusive: isExclusive(target.declaration) },
    unshared: unsharedBecause(world, store, target.declaration, credentials.values),
    ask: async (stored, remaining, mayAsk) => {
      const own = guarded(world, mayAsk);
      if (exclusive) await (await import('./exclusive.ts')).requireOnlyOne(world, target, key);
      const connection = connect(own, target, key.baseUrl, remaining);
      const now = world.clock.now();
      const mayLive = stored && !isRejected(stored.tokenSet) && isIdle(stored.tokenSet, now);
      if (mayLive && target.declaration.verify) {
        source = 'store';
        if (await stillTakes(own, target, stored, remaining)) {
          return { key, tokenSet: { ...stored.tokenSet, usedAt: world.clock.now() } };
        }
      }
      if (stored && mayRefresh(target, stored, isRejected, now)) {
        // Nothing may be asked for while the lock is held: a refresh that needs more is not tried.
        const answer = await refreshWith(connection, values, stored);
        source = 'refresh';
        if (answer && !('refused' in answer)) return { key, tokenSet: marked(answer, rejected) };
      }
      source = 'login';
      const tokenSet = await logIn(own, target, credentials, values, remaining);
      return { key, tokenSet: marked(tokenSet, rejected) };
    },
    save: saveOptions(target),
    timeout: target.transport.timeout,
    clock: world.clock,
    onWaiting: () => world.progress.begin(otherProcess),
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
    throw error.with({ hint: refusalHint(credentials, error) });
  });
  if (result.saveError) noticeUnsaved(world, result.saveError);
  if (!result.asked) return { session: result.session, source: 'store' };
  const { declaration, profile } = target;
  const accepted = { declaration, profile, server, ...credentials };
  return { session: result.session, source, ...(source === 'login' && { accepted }) };
}

/** Marks the token that takes the place of a rejected one. */
function marked(tokenSet: TokenSet, replaces: boolean): TokenSet {
  return replaces ? { ...tokenSet, replaces } : tokenSet;
}

/** Whether a token has ended only because it was not used, as far as can be told. */
function isIdle(tokenSet: TokenSet, now: number): boolean {
  const { idle: _, ...others } = tokenSet;
  const left = timeLeft(others, now);
  return tokenSet.idle !== undefined && !isFresh(tokenSet, now) && (left === null || left > 0);
}

/** The target at the server that was chosen, else at that of the current session, else at the default. */
export async function placedForLogin(
  world: ClientWorld,
  target: Target,
): Promise<Target & { readonly server: Server }> {
  const { declaration, profile, server } = target;
  if (isNamed(server)) return { ...target, server };
  const latest = await selectedKey(await world.store(), { provider: declaration.name, profile });
  if (latest && latest.baseUrl !== server?.url) {
    const { origin } = new URL(latest.baseUrl);
    return { ...target, server: { url: latest.baseUrl, origin, chosenBy: 'session' } };
  }
  return withServer(world, target);
}
