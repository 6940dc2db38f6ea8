/** What only the user knows: the questions of a draft, and the answers to them. */
import type { Place } from '../../declaration/declaration.ts';

/** What the user has said. */
export interface Answers {
  /** The name of the provider. */
  readonly name?: string;
  /** The base URL; empty if every customer has one of their own. */
  readonly server?: string;
  /** The inputs to send, by their paths; the required ones are sent in any case. */
  readonly inputs?: readonly string[];
  /** Where the token is. */
  readonly token?: Place;
  /** What the lifetime at the place that was found is. */
  readonly lifetime?: LifetimeUnit;
  /** How calls carry the token: a header and its value with `{token}`, or the name of a cookie. */
  readonly use?: { readonly header: string; readonly value: string } | { readonly cookie: string };
  /** How the server refuses credentials. */
  readonly refusal?: Refusal;
}

/** The answer to wrong credentials. */
export interface Refusal {
  readonly status: number;
  /** Where the server's words are. */
  readonly message?: Place;
}

/** What a lifetime is counted in; `none` if it is no lifetime. */
export type LifetimeUnit = 's' | 'ms' | 'min' | 'h' | 'iso' | 'epoch-s' | 'epoch-ms' | 'none';

/** Something that only the user knows. */
export type Question =
  | { readonly about: 'server'; readonly choices: readonly Choice[] }
  | { readonly about: 'inputs'; readonly choices: readonly Choice[] }
  | { readonly about: 'token' }
  | { readonly about: 'lifetime'; readonly place: Place; readonly sample?: string };

/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}
