/** Sessions that other machines get: for a machine that only reads the shared store, and for a look at one. */
import { waysToGive } from '../credentials/missing.ts';
import { findField } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { SessionKey } from '../session/key.ts';
import { selectedKey } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import { otherProcess, singleFlight } from '../session/single-flight.ts';
import { noticeUnsaved, saveOptions, saveSession } from './save-session.ts';
import { sessionMissing } from './session-missing.ts';
import { isExclusive } from './sharing.ts';
import { type Target, withServer } from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/**
 * The token that another machine has got, or is getting.
 *
 * @throws AuthctlError `session_missing` if there is none, and no machine is getting one; `store`, `timeout`
 */
export async function readShared(
  world: ClientWorld,
  target: Target,
  { isGood, signal, rejected = false }: TokenOptions,
): Promise<Obtained> {
  const store = await world.store();
  const key = await keyToRead(world, target);
  const result = await singleFlight({
    store,
    key,
    fingerprint: '',
    isGood: ({ tokenSet }) => !rejected && isGood(tokenSet),
    ask: async () => {
      throw nobodyRenews(target, rejected);
    },
    shared: { rejected, exclusive: isExclusive(target.declaration) },
    save: saveOptions(target),
    timeout: target.transport.timeout,
    clock: world.clock,
    onWaiting: () => world.progress.begin(otherProcess),
    signal,
  });
  if (result.saveError) noticeUnsaved(world, result.saveError);
  return { session: result.session, source: 'store' };
}

/**
 * Brings this machine's copy up to date.
 *
 * @param known the copy
 * @returns the session as the shared store has it; the copy where that has none, or cannot be reached
 */
export async function lookShared(
  world: ClientWorld,
  target: Target,
  known: Session | undefined,
): Promise<Session | undefined> {
  const store = await world.store();
  if (!store.together || (known && !store.together.isOwn(known))) return known;
  try {
    const found = await store.together.look(known?.key ?? (await keyToRead(world, target)));
    if (!found || (found.tokenSet.shared?.n ?? 0) <= (known?.tokenSet.shared?.n ?? 0)) return known;
    await saveSession(world, target, found);
    return found;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    world.notices.detail(`the shared store was not asked: ${error.message}`);
    return known;
  }
}

/**
 * The key of the session that a target means, without any secret.
 *
 * @throws AuthctlError `credential_missing` naming the fields that tell the account; `base_url_missing`
 */
async function keyToRead(world: ClientWorld, target: Target): Promise<SessionKey> {
  const { declaration, selector, outline, profile } = target;
  const known = await selectedKey(await world.store(), selector);
  if (known) return known;
  const { server } = await withServer(world, target);
  const key = { provider: declaration.name, profile, baseUrl: server.url };
  if (selector.account) return { ...key, account: selector.account };
  const given = selector.fields ?? {};
  const lacking = outline.login.map(({ fields }) =>
    fields.filter(
      (name) => findField(declaration, name)?.secret === false && !Object.hasOwn(given, name),
    ),
  );
  const [first = []] = lacking;
  if (lacking.some((names) => names.length === 0)) return { ...key, account: { fields: given } };
  const ways = first.map((name) => `${name} (${waysToGive(declaration, name).join(' or ')})`);
  throw new AuthctlError(
    'credential_missing',
    `missing for ${declaration.title}, to find its session in the shared store: ${ways.join(', ')}`,
    { provider: declaration.name },
  );
}

function nobodyRenews(target: Target, rejected: boolean): AuthctlError {
  const { title, name } = target.declaration;
  const { message } = sessionMissing(target);
  const what = rejected
    ? `the shared store has no other token of ${title}, and no machine is getting one`
    : `${message}, nor in the shared store, and no machine is getting one`;
  return new AuthctlError('session_missing', what, {
    provider: name,
    hint: 'a renewer has to be running: this machine only reads tokens',
  });
}
