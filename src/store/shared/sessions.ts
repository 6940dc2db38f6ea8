/** Turns sessions into what a shared store keeps of them, and back. */
import { longestLifetime, type TokenSet } from '../../declaration/token-set.ts';
import { AuthctlError } from '../../errors.ts';
import type { SessionKey } from '../../session/key.ts';
import type { Session } from '../../session/session.ts';
import type { StoredRefresh, StoredToken } from '../../session/shared-store.ts';
import { formatRecord, parseRecord } from './record.ts';
import { open, seal } from './seal.ts';
import type { SharedWorld } from './world.ts';

/** The part of the lifetime after which one machine gets the next token. */
const renewalAt = 0.8;
/** Milliseconds until a machine looks again for a token that is being renewed ahead. */
const nextLook = 5000;

/** A token set, sealed for its place. Durations are in milliseconds from the answer's arrival. */
export interface Sealed {
  readonly sealed: string;
  readonly refresh?: string;
  readonly lifetime?: number;
  readonly renewIn?: number;
}

/**
 * Seals a token set.
 *
 * @param expiresAt on the server's clock, if known
 * @param ahead whether it is renewed while it is good
 * @returns undefined if it is too large to be shared
 */
export function sealed(
  { ring }: Pick<SharedWorld, 'ring'>,
  { accessToken, refreshToken, kept, lifetime, idle }: TokenSet,
  {
    sid,
    n,
    expiresAt,
    ahead,
  }: {
    readonly sid: string;
    readonly n: number;
    readonly expiresAt: number | undefined;
    readonly ahead: boolean;
  },
): Sealed | undefined {
  const record = formatRecord({
    accessToken,
    ...(kept && { kept }),
    lifetime,
    ...(idle !== undefined && { idle }),
    ...(expiresAt !== undefined && { expiresAt: Math.round(expiresAt) }),
    refreshable: refreshToken !== undefined,
  });
  const token = seal(ring, { kind: 't', sid, n }, record);
  const refresh = refreshToken && seal(ring, { kind: 'r', sid, n }, refreshToken);
  if (token === undefined || (refreshToken !== undefined && refresh === undefined))
    return undefined;
  return {
    sealed: token,
    ...(refresh && { refresh }),
    ...(lifetime !== null && { lifetime }),
    ...(lifetime !== null && ahead && idle === undefined && { renewIn: lifetime * renewalAt }),
  };
}

/** A session that was opened, or that there is none to be used: what was found was not sealed for its place. */
export type OpenedSession = { readonly session: Session } | { readonly forged: string };

/**
 * Opens a token. Its times are turned into those of the local clock.
 *
 * @param now of the server
 * @throws AuthctlError `store` if this machine lacks the key
 */
export function openSession(
  { ring, id, clock, keepSecret }: Pick<SharedWorld, 'ring' | 'id' | 'clock' | 'keepSecret'>,
  key: SessionKey,
  sid: string,
  now: number,
  token: StoredToken,
): OpenedSession {
  const { n, storedAt, renewAt, expiresAt: shown } = token;
  const opened = open(ring, { kind: 't', sid, n }, token.sealed);
  if ('lacks' in opened) throw lackingKey(opened.lacks);
  const record = 'text' in opened ? parseRecord(opened.text) : undefined;
  if (!record) return { forged: 'problem' in opened ? opened.problem : 'damaged' };
  for (const secret of [record.accessToken, ...Object.values(record.kept ?? {})])
    keepSecret(secret);
  const here = clock.now();
  const { accessToken, kept, idle, expiresAt: own, refreshable, lifetime } = record;
  const receivedAt = here - Math.min(Math.max(0, now - storedAt), longestLifetime);
  const end = own === undefined ? undefined : Math.min(own, shown ?? own);
  // The store's clock may lie: a token lives no longer than the machine that got it has said.
  const most = Math.min(longestLifetime, lifetime ?? Infinity);
  const left = end === undefined ? undefined : Math.min(end - now, receivedAt + most - here);
  const renewal =
    renewAt === undefined ? undefined : soonest(here, Math.min(renewAt - now, left ?? most));
  return {
    session: {
      key,
      tokenSet: {
        accessToken,
        ...(kept && { kept }),
        receivedAt,
        lifetime: left === undefined ? lifetime : Math.max(0, here + left - receivedAt),
        ...(idle !== undefined && { idle }),
        shared: {
          store: id,
          n,
          ...(renewal !== undefined && { renewal }),
          ...(refreshable && { refreshable }),
        },
      },
    },
  };
}

/** When to look for the next token: when it is due, or if it is being got, soon. */
function soonest(here: number, left: number): number {
  return here + (left > 0 ? left : nextLook * (0.5 + Math.random()));
}

/** Opens a refresh token; undefined if it was not sealed for its place. @throws AuthctlError as `openSession` */
export function openRefresh(
  { ring, keepSecret }: Pick<SharedWorld, 'ring' | 'keepSecret'>,
  sid: string,
  { n, sealed: text }: StoredRefresh,
): string | undefined {
  const opened = open(ring, { kind: 'r', sid, n }, text);
  if ('lacks' in opened) throw lackingKey(opened.lacks);
  if ('problem' in opened) return undefined;
  keepSecret(opened.text);
  return opened.text;
}

function lackingKey(kid: string): AuthctlError {
  return new AuthctlError(
    'store',
    `what the shared store has is sealed with the key ${kid}, which this machine does not have`,
    { hint: 'give this machine the new key file, which has both keys' },
  );
}
