/** Reads the replies of a store: what is not of protocol 1 is an error. */
import { AuthctlError } from '../../errors.ts';
import type {
  Seen,
  SharedFailure,
  StoredRefresh,
  StoredToken,
  Taken,
} from '../../session/shared-store.ts';
import type { Reply } from './connection.ts';

const statuses = ['token', 'held', 'failed', 'foreign', 'granted'] as const;

/** The answer of `take`, in the order of the script. */
export function takenBy(reply: readonly Reply[]): Taken {
  const [status, now, n, event, tn, at, renew, exp, sealed, over, ln, until, fn, failed] =
    reply.map(word);
  const known = statuses.find((each) => each === status);
  if (known === undefined) throw unexpected();
  const token = tokenOf([tn, at, renew, exp, sealed], over === '1');
  const seen: Seen = {
    now: number(now),
    event: event ?? '',
    ...(token && { token }),
    ...(ln && { lease: { n: number(ln), until: number(until) } }),
    ...(fn && { failure: { n: number(fn), sealed: failed ?? '' } }),
  };
  if (known !== 'granted') return { ...seen, status: known };
  const refresh = refreshOf(reply.slice(14));
  return { ...seen, status: known, n: number(n), ...(refresh && { refresh }) };
}

/** What a reader sees, who may run no script. */
export function seenBy(
  time: readonly Reply[],
  token: readonly Reply[],
  lease: readonly Reply[],
  event: readonly Reply[],
): Seen {
  const [seconds, micros] = time.map(word);
  const now = Math.floor(number(seconds) * 1000 + number(micros) / 1000);
  const [n, at, renew, exp, sealed, bad, owner] = token.map(word);
  const end = exp ? number(exp) : number(at || '0') + assumedLifetime;
  const found = tokenOf([n, at, renew, exp, sealed, owner], !!bad || end <= now);
  const [ln, until, ...failures] = lease.map(word);
  const failure = failures.map((each) => failureOf(each, now)).find((each) => each !== undefined);
  const [last] = event;
  return {
    now,
    event: last === undefined ? '0-0' : (word(list(last)[0] ?? '') ?? ''),
    ...(found && { token: found }),
    ...(ln && number(until) > now && { lease: { n: number(ln), until: number(until) } }),
    ...(failure && { failure }),
  };
}

/** Milliseconds that a token of unknown lifetime is shared. */
const assumedLifetime = 60_000;

type Words = readonly (string | undefined)[];

function tokenOf(
  [n, at, renew, exp, sealed, owner]: Words,
  isOver: boolean,
): StoredToken | undefined {
  if (!n || !sealed) return undefined;
  return {
    n: number(n),
    storedAt: number(at),
    ...(renew && { renewAt: number(renew) }),
    ...(exp && { expiresAt: number(exp) }),
    sealed,
    ...(owner && { owner }),
    isOver,
  };
}

function failureOf(field: string | undefined, now: number): SharedFailure | undefined {
  const [, until, n, sealed] = /^(\d+) \d+ (\d+) (.*)$/s.exec(field ?? '') ?? [];
  if (sealed === undefined || number(until) <= now) return undefined;
  return { n: number(n), sealed };
}

/** A refresh token: sealed, n, spent. */
export function refreshOf(reply: readonly Reply[]): StoredRefresh | undefined {
  const [sealed, n, spent] = reply.map(word);
  return sealed && n ? { n: number(n), sealed, spent: !!spent } : undefined;
}

/** A reply that is a list, or nothing. @throws AuthctlError `store` */
export function list(reply: Reply): readonly Reply[] {
  if (reply === null) return [];
  if (typeof reply === 'object') return reply;
  throw unexpected();
}

function word(reply: Reply): string | undefined {
  return reply === null || typeof reply === 'object' ? undefined : String(reply);
}

function number(value: string | undefined): number {
  const found = Number(value);
  if (value === undefined || !Number.isSafeInteger(found) || found < 0) throw unexpected();
  return found;
}

/** The error for what no machine of this protocol has stored. */
export function unexpected(): AuthctlError {
  return new AuthctlError(
    'store',
    'the shared store has something in it that is not of this protocol',
  );
}
