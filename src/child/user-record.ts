/** Asks system programs for a user that is not in /etc/passwd: on macOS, or with a directory service. */
import { execFileSync } from 'node:child_process';

/** macOS has no getent, and the lines of its id have three more fields. */
const programs = [
  { file: '/usr/bin/getent', args: ['passwd'], home: 5 },
  { file: '/usr/bin/id', args: ['-P'], home: 8 },
] as const;

/**
 * The user's home directory in the password database; undefined if it has none. Takes milliseconds.
 */
export function homeOnRecord(uid: number): string | undefined {
  for (const { file, args, home } of programs) {
    try {
      const line = execFileSync(file, [...args, String(uid)], {
        encoding: 'utf8',
        env: {},
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 2000,
      });
      return line.trim().split(':')[home] || undefined;
    } catch {
      // Not on this system, or it knows no such user.
    }
  }
  return undefined;
}
