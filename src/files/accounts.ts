/** Reads the system's lists of users and groups: names, home directories, and whether a group is private. */
import { readFileSync } from 'node:fs';

/** The user's name, else the id. */
export function userName(uid: number): string {
  return users().find((user) => user.uid === uid)?.name ?? `user ${uid}`;
}

/** The group's name, else the id. */
export function groupName(gid: number): string {
  const name = groups().find((group) => group.gid === gid)?.name;
  return `group ${name ?? gid}`;
}

/**
 * Whether a group is the user's primary group, is named like the user, and has no other member, as
 * on Debian and Ubuntu. A group or user that the files do not list has unknown
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

/** A user of /etc/passwd; a missing id is NaN. */
export interface User {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
}

/** The users in /etc/passwd; empty if it cannot be read. */
export function users(): readonly User[] {
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
