/** `authctl status`: lists the stored sessions, never their tokens. */

import { canRefresh } from '../client/renew.ts';
import type { TargetOptions } from '../client/target.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import { expiresAt } from '../output/expiry.ts';
import type { Run } from '../run.ts';
import { isFresh, timeLeft, withoutRenewal } from '../session/freshness.ts';
import { describeAccount, sameKey } from '../session/key.ts';
import { describeScope, isInScope, type Scope } from '../session/scope.ts';
import type { Session } from '../session/session.ts';
import { durationWords } from '../terminal/duration.ts';
import { loadPaint } from '../terminal/paint.ts';
import { printableJson } from '../terminal/printable.ts';
import { tableText } from '../terminal/table.ts';

/** A session as it is printed. Times are in seconds or ISO 8601 UTC; null if unknown. */
interface Row {
  readonly provider: string;
  readonly profile: string;
  readonly account: string;
  readonly base_url: string;
  readonly state: 'fresh' | 'expiring' | 'expired' | 'unknown';
  readonly expires_at: string | null;
  readonly expires_in: number | null;
  readonly refreshable: boolean;
  /** Whether it is a copy of one that is shared with other machines. */
  readonly shared: boolean;
  /** Whether a command that names only the provider uses it. */
  readonly current: boolean;
}

/** What is listed, and how. */
export interface StatusOptions {
  /** Only this provider's sessions. */
  readonly provider?: string;
  readonly json: boolean;
  readonly noColor: boolean;
  /** The target of a command that names only the provider. */
  readonly bare: (declaration: Declaration) => TargetOptions;
}

/**
 * Prints the sessions, of all providers or one; with -p only those of the profile. A mark shows the
 * session of each provider that a command in this profile would use.
 *
 * @throws AuthctlError `store` if they cannot be read
 */
export async function status(
  run: Run,
  providers: readonly Declaration[],
  { provider, json, noColor, bare }: StatusOptions,
): Promise<void> {
  const { context, notices, profile, profileGiven } = run;
  const scope: Scope = {
    ...(provider !== undefined && { provider }),
    ...(profileGiven && { profile }),
  };
  const now = context.clock.now();
  const sessions = (await (await run.store()).list()).filter(({ key }) => isInScope(scope, key));
  const current = await currentSessions(run, sessions, providers, bare);
  const rows = sessions
    .map((session) => describe(session, providers, now, current.has(session)))
    .sort((a, b) => compare(a.provider, b.provider) || compare(a.profile, b.profile));
  if (json) {
    return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  }
  if (rows.length === 0) return notices.notice(`no session is stored${describeScope(scope)}`);
  const { isTTY, columns } = context.stdout;
  const paint = await loadPaint({ isTTY, env: context.env, noColor });
  const colours = {
    fresh: paint?.green,
    expiring: paint?.yellow,
    expired: paint?.red,
    unknown: paint?.yellow,
  };
  const anyShared = rows.some(({ shared }) => shared);
  const cells = rows.map((row) => [
    row.current ? '*' : '',
    row.provider,
    row.profile,
    row.account,
    row.base_url,
    {
      text: row.expires_in === null ? 'unknown' : leftWords(row.expires_in),
      paint: colours[row.state],
    },
    row.refreshable ? 'yes' : 'no',
    ...(anyShared ? [row.shared ? 'yes' : 'no'] : []),
  ]);
  const shown = anyShared ? [...table, { title: 'SHARED' }] : table;
  await context.stdout.write(tableText(shown, cells, { columns, bold: paint?.bold }));
}

const table = [
  { title: '' },
  { title: 'PROVIDER' },
  { title: 'PROFILE', flexible: true },
  { title: 'ACCOUNT', flexible: true },
  { title: 'BASE URL', flexible: true },
  { title: 'LEFT' },
  { title: 'REFRESH' },
];

/** The sessions that commands which name only the provider would use, in the profile in use. */
async function currentSessions(
  { client, profile }: Run,
  sessions: readonly Session[],
  providers: readonly Declaration[],
  bare: StatusOptions['bare'],
): Promise<ReadonlySet<Session>> {
  const found = new Set<Session>();
  for (const declaration of providers) {
    const own = sessions.filter(
      ({ key }) => key.provider === declaration.name && key.profile === profile,
    );
    if (own.length === 0) continue;
    try {
      const chosen = await client.stored(await client.target(bare(declaration)));
      for (const session of own) if (chosen && sameKey(session.key, chosen.key)) found.add(session);
    } catch (error) {
      // Such a command would fail: it means none of them.
      if (!(error instanceof AuthctlError)) throw error;
    }
  }
  return found;
}

function describe(
  session: Session,
  providers: readonly Declaration[],
  now: number,
  current: boolean,
): Row {
  const { key, tokenSet } = session;
  const declaration = providers.find(({ name }) => name === key.provider);
  const left = timeLeft(tokenSet, now);
  const state =
    left === null
      ? 'unknown'
      : left <= 0 || now < tokenSet.receivedAt
        ? 'expired'
        : isFresh(withoutRenewal(tokenSet), now)
          ? 'fresh'
          : 'expiring';
  return {
    provider: key.provider,
    profile: key.profile,
    account: describeAccount(key.account),
    base_url: key.baseUrl,
    state,
    expires_at: expiresAt(tokenSet),
    expires_in: left === null ? null : Math.max(0, Math.floor(left / 1000)),
    refreshable: declaration !== undefined && canRefresh({ declaration }, session, now),
    shared: tokenSet.shared !== undefined,
    current,
  };
}

function leftWords(seconds: number): string {
  return seconds <= 0 ? 'expired' : durationWords(seconds * 1000);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
