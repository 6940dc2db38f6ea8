/** What a check of `authctl doctor` finds. */
import { AuthctlError, type Hint } from '../errors.ts';

/** How a check ended. */
export type State = 'ok' | 'warning' | 'failed' | 'skipped';

/** One line of the result. */
export interface Finding {
  readonly check: string;
  readonly state: State;
  /** The server or the provider that it is about. */
  readonly subject?: string;
  /** What was found, in a clause. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: Hint;
}

/** A check: its name, and what it does. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly Finding[]>;
}

/** The finding of an error. @throws any other error, which is a bug */
export function failedBy(check: string, error: unknown, more: Partial<Finding> = {}): Finding {
  if (!(error instanceof AuthctlError)) throw error;
  const { hint } = error.details;
  return { check, state: 'failed', message: error.message, ...more, ...(hint && { hint }) };
}
