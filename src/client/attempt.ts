/** A login that is to be made, and what it depends on. */
import type { Field, Login } from '../declaration/declaration.ts';
import type { Hint } from '../errors.ts';
import type { Store } from '../session/store.ts';
import type { Connection } from './exchange.ts';

/** A login that is to be made. */
export interface Attempt {
  readonly connection: Connection;
  readonly login: Login;
  /** The values of the fields. */
  readonly values: ReadonlyMap<string, string>;
  /** Asks the user for a one-time code; undefined if that is not possible. */
  readonly askCode: ((field: Field) => Promise<string>) | undefined;
  /** What to do where it is not. */
  readonly codeHint: Hint;
  readonly store: Pick<Store, 'claim' | 'fingerprintKey'>;
  readonly notice: (text: string) => void;
  /** Told in words what was found in the answer of a step. */
  readonly found: (text: string) => void;
}
