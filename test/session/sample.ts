/** Sample keys and sessions for tests. */
import type { SessionKey } from '../../src/session/key.ts';
import type { Session } from '../../src/session/session.ts';

/** A session's key, with defaults for what is not given. */
export function keyOf(parts: Partial<SessionKey> = {}): SessionKey {
  return {
    provider: 'my-api',
    profile: 'default',
    baseUrl: 'https://api.example/v1',
    account: { fields: { user: 'ann' } },
    ...parts,
  };
}

/** A session under a key. */
export function sessionOf(key: SessionKey, accessToken = 'token'): Session {
  return { key, tokenSet: { accessToken, receivedAt: 1_800_000_000_000, lifetime: 3_600_000 } };
}
