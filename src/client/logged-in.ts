/** What a login gives. */
import type { Accepted } from '../credentials/offer.ts';
import type { Obtained } from '../session/session.ts';

export interface LoggedIn extends Obtained {
  /** The credentials that the server has just accepted, if it was asked by this process. */
  readonly accepted?: Accepted;
}
