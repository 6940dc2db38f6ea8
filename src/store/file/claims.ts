/** Claims: names that one process gets, and no other. Each is an empty file, which is created exclusively. */
import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { systemErrorCode } from '../../errors.ts';

/** Milliseconds for which a claim counts: a one-time code is good for minutes at most. */
const longestClaim = 3_600_000;

/**
 * Claims a name, and forgets old claims.
 *
 * @param directory exists, and is the user's own
 * @param now milliseconds since the epoch
 * @returns whether nobody had it
 * @throws the system's error if the file cannot be created
 */
export function claimIn(directory: string, name: string, now: number): boolean {
  for (const each of readdirSync(directory)) {
    const path = `${directory}/${each}`;
    const { mtimeMs = now } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (now - mtimeMs > longestClaim) rmSync(path, { force: true });
  }
  try {
    closeSync(openSync(`${directory}/${name}`, 'wx', 0o600));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
