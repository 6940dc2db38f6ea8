/** Asks the system's own programs for a user that /etc/passwd does not list: on macOS, or in a directory. */
import { execFileSync } from 'node:child_process';

/** Elsewhere than on macOS getent; macOS has only id, whose lines have three fields more. */
const programs = [
  { file: '/usr/bin/getent', args: ['passwd'], home: 5 },
  { file: '/usr/bin/id', args: ['-P'], home: 8 },
] as const;

/**
 * The user's home directory in the password database; undefined if there is none. It takes some
 * milliseconds.
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
