/** A token that is good: from the store, else by refresh, else by login, each asked for once however many want it. */
import type { Clock } from '../clock.ts';
import type { Credentials } from '../credentials/resolve.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import { fingerprint } from '../session/account.ts';
import type { SessionKey } from '../session/key.ts';
import { findSession, type Wanted } from '../session/lookup.ts';
import type { Session } from '../session/session.ts';
import { type Flight, singleFlight } from '../session/single-flight.ts';
import type { SessionStore } from '../session/store.ts';
import { exchange, type Line } from './exchange.ts';

/** Where a token came from. */
export type TokenSource = 'login' | 'refresh' | 'store';

/** What is wanted, and what it takes to get it. */
export interface Obtaining {
  readonly declaration: Declaration;
  readonly store: SessionStore;
  readonly wanted: Wanted;
  /** Whether a stored token will do. */
  readonly isGood: (tokenSet: TokenSet) => boolean;
  /** The line to a server, with what is left of the time-out in milliseconds. */
  readonly line: (baseUrl: string, remaining: number) => Line;
  /** Finds the credentials for a login, and whose they are. */
  readonly findLogin: () => Promise<{
    readonly key: SessionKey;
    readonly credentials: Credentials;
  }>;
  /** Milliseconds that waiting for others and asking may take together. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly redact: Flight['redact'];
  readonly keep: Flight['keep'];
  readonly guard: Flight['guard'];
  readonly detail: (text: string) => void;
}

/** A session with a token to use, and where it came from. */
export interface Obtained {
  readonly session: Session;
  readonly source: TokenSource;
}

/** @throws AuthctlError whatever goes wrong on the way to a token */
export async function obtain(what: Obtaining): Promise<Obtained> {
  const { declaration, store, wanted, isGood, detail } = what;
  const known = findSession(store, wanted);
  if (known && isGood(known.tokenSet)) return { session: known, source: 'store' };
  if (known?.tokenSet.refreshToken !== undefined && declaration.refresh) {
    const renewed = await renewSession(what, known);
    if (!('refused' in renewed)) return renewed;
    detail('the refresh token is refused, so it takes a login');
  }
  const { key, credentials } = await what.findLogin();
  const values = [...credentials.values].map(([name, { value }]) => ({ name, value }));
  let source: TokenSource = 'login';
  const landed = await singleFlight({
    ...flightParts(what),
    key,
    fingerprint: fingerprint(values, await store.fingerprintKey()),
    ask: async (stored, remaining) => {
      const token = stored?.tokenSet.refreshToken;
      const line = what.line(key.baseUrl, remaining);
      if (stored && token !== undefined && declaration.refresh) {
        const answer = await tryRefresh(line, token);
        source = 'refresh';
        if (!('refused' in answer)) return { key, tokenSet: answer };
      }
      source = 'login';
      const given = new Map(values.map(({ name, value }) => [name, value]));
      const { request } = credentials.login;
      return { key, tokenSet: await exchange(line, request, given, 'credentials') };
    },
  });
  return { session: landed.session, source: landed.asked ? source : 'store' };
}

/**
 * Refreshes a stored session, once however many want it.
 *
 * @returns `refused` where the server refuses the refresh token: then it is no longer kept
 * @throws AuthctlError where the network or the server failed: the session stays
 */
export async function renewSession(
  what: Omit<Obtaining, 'wanted' | 'findLogin' | 'detail'>,
  known: Session,
): Promise<Obtained | { readonly refused: AuthctlError }> {
  const { store } = what;
  const { key } = known;
  const value = known.tokenSet.refreshToken ?? '';
  try {
    const landed = await singleFlight({
      ...flightParts(what),
      key,
      fingerprint: fingerprint([{ name: 'refresh_token', value }], await store.fingerprintKey()),
      // Whoever was refused it has removed it. What he was told then may be forgotten already.
      hopeless: (stored) => {
        if (!stored || stored.tokenSet.refreshToken !== undefined) return undefined;
        const { name, title } = what.declaration;
        return new AuthctlError('refused', `${title} refused the refresh token`, {
          provider: name,
        });
      },
      ask: async (stored = known, remaining) => {
        const token = stored.tokenSet.refreshToken ?? value;
        const answer = await tryRefresh(what.line(key.baseUrl, remaining), token);
        if (!('refused' in answer)) return { key, tokenSet: answer };
        const { refreshToken: _, ...rest } = stored.tokenSet;
        await what.keep({ key, tokenSet: rest });
        throw answer.refused;
      },
    });
    return { session: landed.session, source: landed.asked ? 'refresh' : 'store' };
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'refused') return { refused: error };
    throw error;
  }
}

/** The tokens that a refresh gave, or the server's refusal. */
async function tryRefresh(
  line: Line,
  token: string,
): Promise<TokenSet | { readonly refused: AuthctlError }> {
  const { refresh } = line.declaration;
  if (!refresh) throw new Error(`${line.declaration.name} declares no refresh`);
  line.keepSecret(token);
  try {
    const values = new Map([['refresh_token', token]]);
    // A server that does not rotate its refresh token sends none: the one that was used stays.
    return { refreshToken: token, ...(await exchange(line, refresh, values, 'refresh token')) };
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'refused') return { refused: error };
    throw error;
  }
}

function flightParts(what: Omit<Obtaining, 'wanted' | 'findLogin' | 'detail'>) {
  const { store, isGood, timeout, clock, redact, keep, guard } = what;
  const isGoodSession = ({ tokenSet }: Session) => isGood(tokenSet);
  return { store, isGood: isGoodSession, timeout, clock, redact, keep, guard };
}
