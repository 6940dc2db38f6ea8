/** The sessions that a command is about: a provider's, a profile's, both, or all. */

import type { SessionKey } from './key.ts';

/** Limits a command to the sessions of a provider, a profile, or both. */
export interface Scope {
  readonly provider?: string;
  readonly profile?: string;
}

/** Whether a session is one of the scope. */
export function isInScope(
  { provider, profile }: Scope,
  key: Pick<SessionKey, 'provider' | 'profile'>,
): boolean {
  return (
    (provider === undefined || key.provider === provider) &&
    (profile === undefined || key.profile === profile)
  );
}

/** The scope, to follow "session" in a message: ` for my-api in the profile work`; empty for all sessions. */
export function describeScope({ provider, profile }: Scope): string {
  return [
    ...(provider === undefined ? [] : [` for ${provider}`]),
    ...(profile === undefined ? [] : [` in the profile ${profile}`]),
  ].join('');
}
