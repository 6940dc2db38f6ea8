/** The gate before every send: whether a secret may go to the server that it is about to be sent to. */
import type { Candidate } from './candidate.ts';

/** A server, and who chose it. */
export interface Server {
  /** The base URL, normalised, without a trailing slash. */
  readonly url: string;
  readonly origin: string;
  /** `session`: nothing but the session written last names it. */
  readonly chosenBy: 'flag' | 'variable' | 'config' | 'session' | 'declaration';
  /** The name of the variable that chose it, if one did. */
  readonly variable?: string;
}

/**
 * Why what a source has is not used for a server; undefined where it may be.
 *
 * A variable may come from a project's `.env`, and what an earlier session names may have been put
 * there by such a variable long ago.
 */
export function whyWithheld(
  candidate: Candidate,
  field: { readonly name: string; readonly secret: boolean },
  { url, chosenBy, variable }: Server,
): string | undefined {
  const { kind, origin } = candidate;
  if (kind === 'keychain') return undefined;
  if ('command' in candidate && chosenBy === 'variable') {
    return `the config's command for ${field.name} is not run while ${variable} says where it would go`;
  }
  if (field.secret && chosenBy === 'session') {
    return `${origin} is not sent to ${url}, which only the last session names`;
  }
  return undefined;
}
