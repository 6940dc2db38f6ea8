/** Reads and changes the stored sessions of a home. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Home } from './harness.ts';

/** The parts of a session's file that tests use. */
export interface Stored {
  readonly profile: string;
  readonly base_url: string;
  readonly account: unknown;
  readonly token_set: TokenRecord;
}

interface TokenRecord {
  readonly access_token: string;
  readonly refresh_token?: string;
  /** Milliseconds since the epoch. */
  readonly received_at: number;
  /** Milliseconds. */
  readonly lifetime: number | null;
}

/** Reads a session's file. */
export function readStored(path: string): Stored {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The access tokens of all sessions. */
export function storedTokens(home: Home): string[] {
  return home.sessions().map((path) => readStored(path).token_set.access_token);
}

/** Changes the token set of every session. */
export function changeStored(
  home: Home,
  change: (tokens: TokenRecord) => Partial<TokenRecord>,
): void {
  for (const path of home.sessions()) {
    const { token_set, ...rest } = readStored(path);
    const changed = { ...rest, token_set: { ...token_set, ...change(token_set) } };
    writeFileSync(path, JSON.stringify(changed));
  }
}

/** Makes every token older by a number of seconds. */
export function age(home: Home, seconds: number): void {
  changeStored(home, ({ received_at }) => ({ received_at: received_at - seconds * 1000 }));
}
