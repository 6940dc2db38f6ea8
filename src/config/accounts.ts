/** What the system's files of users and groups say: a home directory, names, and whether a group is private. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { homeOnRecord } from '../child/user-record.ts';

/** The user's home directory in the password database, whatever HOME says; undefined if unknown. */
export function recordedHome(uid: number | undefined): string | undefined {
  // Not userInfo(): under Bun it follows HOME. Windows has nothing else to ask.
  const home =
    uid === undefined
      ? userInfo().homedir
      : users().find((user) => user.uid === uid)?.home || homeOnRecord(uid);
  // What stands for none with some system users; everything lies in it.
  return home === '/' ? undefined : home || undefined;
}

/** A user in words: the name, else the number. */
export function userName(uid: number): string {
  return users().find((user) => user.uid === uid)?.name ?? `user ${uid}`;
}

/** A group in words: the name, else the number. */
export function groupName(gid: number): string {
  const name = groups().find((group) => group.gid === gid)?.name;
  return `group ${name ?? gid}`;
}

/**
 * Whether a group is the user's primary group, is named like the user, and has no other member, as
 * Debian and Ubuntu make one for each user. A group or user that the files do not list has unknown
 * members, and is not private.
 */
export function isPrivateGroup(gid: number, uid: number): boolean {
  const everybody = users();
  const user = everybody.find((each) => each.uid === uid);
  const same = groups().filter((group) => group.gid === gid);
  return (
    user?.gid === gid &&
    same.length > 0 &&
    same.every(
      ({ name, members }) => name === user.name && members.every((member) => member === user.name),
    ) &&
    everybody.every((each) => each.gid !== gid || each.uid === uid)
  );
}

function users() {
  return fieldsOf('/etc/passwd').map(([name = '', , uid, gid, , home = '']) => {
    return { name, uid: Number(uid || NaN), gid: Number(gid || NaN), home };
  });
}

function groups() {
  return fieldsOf('/etc/group').map(([name = '', , gid, members = '']) => {
    return { name, gid: Number(gid || NaN), members: members.split(',').filter(Boolean) };
  });
}

function fieldsOf(path: string): readonly (readonly string[])[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => line.trim().split(':'));
  } catch {
    return [];
  }
}
