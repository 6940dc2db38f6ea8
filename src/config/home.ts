/** The user's home directory in the password database, whatever HOME says. */
import { userInfo } from 'node:os';
import { homeOnRecord } from '../child/user-record.ts';
import { users } from '../files/accounts.ts';

/**
 * @param uid the user's number; undefined where files have no owner (Windows)
 * @returns undefined if unknown
 */
export function recordedHome(uid: number | undefined): string | undefined {
  // Not userInfo(): under Bun it follows HOME. Windows has nothing else to ask.
  const home =
    uid === undefined
      ? userInfo().homedir
      : users().find((user) => user.uid === uid)?.home || homeOnRecord(uid);
  // What stands for none with some system users; everything lies in it.
  return home === '/' ? undefined : home || undefined;
}
