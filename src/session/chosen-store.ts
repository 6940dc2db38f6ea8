/**
 * Which shared store a variable chose. A project can set the variable, so that a session from such a store is
 * used only while the variable is the same: it must not outlast the project. The launcher uses it.
 */
import type { Session } from './session.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The address that the variable has, without a password; empty without one. */
export function chosenStore({ AUTHCTL_STORE: address = '' }: Env): string {
  return address.replace(/:[^/]*@/, '@');
}

/** Whether a stored session may be used. */
export function isOfChosen({ tokenSet: { shared } }: Session, env: Env): boolean {
  return !shared?.by || shared.by === chosenStore(env);
}
