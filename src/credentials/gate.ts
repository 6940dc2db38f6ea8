/** The check before every send: whether a credential may be sent to a server. */
import type { Candidate } from './candidate.ts';

/** A server, and what chose it. */
export interface Server {
  /** The base URL, normalised, without a trailing slash. */
  readonly url: string;
  readonly origin: string;
  /** `session`: only the profile's current session names it. */
  readonly chosenBy: 'flag' | 'variable' | 'config' | 'session' | 'declaration';
  /** The name of the environment that a flag chose it by, if that says all. */
  readonly environment?: string;
  /** The name of the variable that chose it, if one did. */
  readonly variable?: string;
}

/**
 * Why a candidate is not used for a server; undefined if it may be used.
 *
 * A variable may come from a project's `.env`, and an earlier session may have got its server from such
 * a variable.
 */
export function whyWithheld(
  candidate: Candidate,
  field: { readonly name: string; readonly secret: boolean },
  { url, chosenBy, variable }: Server,
): string | undefined {
  const { kind, origin } = candidate;
  if (kind === 'keychain') return undefined;
  if ('command' in candidate && chosenBy === 'variable') {
    return `the config's command for ${field.name} is not run while ${variable} chooses the server`;
  }
  if (field.secret && chosenBy === 'session') {
    return `${origin} is not sent to ${url}, a server known only from the last session`;
  }
  return undefined;
}

/**
 * Why a session is not given to a shared store; undefined if it may be.
 *
 * A variable may come from a project's `.env`: a store that one chose would collect the user's sessions.
 *
 * @param variable that chose the store, if one did
 * @param secrets that the session is made with
 */
export function whyUnshared(
  variable: string | undefined,
  secrets: readonly Pick<Candidate, 'kind' | 'origin'>[],
): string | undefined {
  if (variable === undefined) return undefined;
  const own = secrets.find(({ kind }) => ownSources.includes(kind));
  return own && `${variable} chose the store, and the secret comes from ${own.origin}`;
}

/** The sources that are the user's own: no project can set them. */
const ownSources: readonly Candidate['kind'][] = ['config', 'keychain', 'prompt'];
