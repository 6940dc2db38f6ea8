/** Logs in as one of the machines that share a store: in turn, and for all of them. */
import type { Server } from '../credentials/gate.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { askAsOne } from '../session/ask-as-one.ts';
import type { Session } from '../session/session.ts';
import type { PreparedLogin } from './credentials.ts';
import { guarded } from './guarded.ts';
import { logIn } from './log-in.ts';
import { sentFingerprint } from './sent-fingerprint.ts';
import { isExclusive, unsharedBecause } from './sharing.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Logs in under the lease of the session. Nothing is stored on this machine.
 *
 * @throws AuthctlError `usage` on a machine that only reads; what `logIn` throws
 */
export async function loginShared(
  world: ClientWorld,
  target: Target & { readonly server: Server },
  { key, credentials, values }: PreparedLogin,
): Promise<Session> {
  const { declaration, transport } = target;
  const store = await world.store();
  if (store.together?.readsOnly) throw readsOnly(target);
  const pairs = [...values].map(([name, value]) => ({ name, value }));
  const flight = {
    store,
    key,
    fingerprint: await sentFingerprint(store, declaration, pairs),
    isGood: () => false,
    ask: async (_: Session | undefined, remaining: number, mayAsk: () => void) => {
      const own = guarded(world, mayAsk);
      return { key, tokenSet: await logIn(own, target, credentials, values, remaining) };
    },
    shared: { force: true, exclusive: isExclusive(declaration) },
    unshared: unsharedBecause(world, store, declaration, credentials.values),
    signal: new AbortController().signal,
  };
  return (await askAsOne(flight, await store.read(key), transport.timeout)).session;
}

function readsOnly({ declaration: { name } }: Target): AuthctlError {
  return new AuthctlError(
    'usage',
    'this machine only reads the tokens of the shared store, and does not log in',
    { provider: name, hint: hint`authctl token ${named(name)}` },
  );
}
