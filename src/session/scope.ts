/** The sessions that a command is about: a provider's, a profile's, both, or all. */

/** Limits a command to the sessions of a provider, a profile, or both. */
export interface Scope {
  readonly provider?: string;
  readonly profile?: string;
}

/** The scope, to follow "session" in a message: ` for my-api in the profile work`; empty for all sessions. */
export function describeScope({ provider, profile }: Scope): string {
  return [
    ...(provider === undefined ? [] : [` for ${provider}`]),
    ...(profile === undefined ? [] : [` in the profile ${profile}`]),
  ].join('');
}
