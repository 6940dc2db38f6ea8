/** The user's home directory in the password database, whatever HOME says. */
import { userInfo } from 'node:os';
import { homeOnRecord } from '../child/user-record.ts';
import { users } from '../files/accounts.ts';

/**
 * @param uid the user's id; undefined if files have no owner (Windows)
 * @returns undefined if unknown
 */
export function recordedHome(uid: number | undefined): string | undefined {
  // Not userInfo(), which follows HOME under Bun. Windows has no other source.
  const home =
    uid === undefined
      ? userInfo().homedir
      : users().find((user) => user.uid === uid)?.home || homeOnRecord(uid);
  // Some system users have it in place of a home directory, and every path is in it.
  return home === '/' ? undefined : home || undefined;
}
