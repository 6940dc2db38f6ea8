/** `authctl status`: lists the stored sessions, never their tokens. */

import { canRefresh } from '../client/renew.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { expiresAt } from '../output/expiry.ts';
import type { Run } from '../run.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { describeAccount } from '../session/key.ts';
import { describeScope, isInScope, type Scope } from '../session/scope.ts';
import type { Session } from '../session/session.ts';
import { durationWords } from '../terminal/duration.ts';
import { loadPaint } from '../terminal/paint.ts';
import { printable, printableJson } from '../terminal/printable.ts';

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
}

/**
 * Prints the sessions, of all providers or one; with -p only those of the profile.
 *
 * @throws AuthctlError `store` if they cannot be read
 */
export async function status(
  run: Run,
  providers: readonly Declaration[],
  { provider, json, noColor }: { provider?: string; json: boolean; noColor: boolean },
): Promise<void> {
  const { context, notices, profile, profileGiven } = run;
  const scope: Scope = {
    ...(provider !== undefined && { provider }),
    ...(profileGiven && { profile }),
  };
  const now = context.clock.now();
  const rows = (await (await run.store()).list())
    .filter(({ key }) => isInScope(scope, key))
    .map((session) => describe(session, providers, now))
    .sort((a, b) => compare(a.provider, b.provider) || compare(a.profile, b.profile));
  if (json) {
    return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  }
  if (rows.length === 0) return notices.notice(`no session is stored${describeScope(scope)}`);
  const { isTTY } = context.stdout;
  const paint = await loadPaint({ isTTY, env: context.env, noColor });
  const colours = {
    fresh: paint?.green,
    expiring: paint?.yellow,
    expired: paint?.red,
    unknown: paint?.yellow,
  };
  const head = ['PROVIDER', 'PROFILE', 'ACCOUNT', 'BASE URL', 'LEFT', 'REFRESH'];
  const cells = rows.map((row) =>
    [
      row.provider,
      row.profile,
      row.account,
      row.base_url,
      row.expires_in === null ? 'unknown' : leftWords(row.expires_in),
      row.refreshable ? 'yes' : 'no',
    ].map((cell) => printable(cell)),
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[], colour?: (text: string) => string) =>
    `${texts
      .map((text, column) => {
        const padded = text.padEnd(column === texts.length - 1 ? 0 : (widths[column] ?? 0));
        return column === 4 && colour ? colour(padded) : padded;
      })
      .join('  ')}\n`;
  const table = rows.map((row, index) => line(cells[index] ?? [], colours[row.state]));
  const title = line(head);
  await context.stdout.write(
    `${paint ? paint.bold(title.trimEnd()) : title.trimEnd()}\n${table.join('')}`,
  );
}

function describe(session: Session, providers: readonly Declaration[], now: number): Row {
  const { key, tokenSet } = session;
  const declaration = providers.find(({ name }) => name === key.provider);
  const left = timeLeft(tokenSet, now);
  const state =
    left === null
      ? 'unknown'
      : left <= 0 || now < tokenSet.receivedAt
        ? 'expired'
        : isFresh(tokenSet, now)
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
  };
}

function leftWords(seconds: number): string {
  return seconds <= 0 ? 'expired' : durationWords(seconds * 1000);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
