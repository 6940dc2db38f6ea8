/** `-o dotenv`: lines `NAME=value` that every reader of .env files reads alike. */
import { AuthctlError } from '../errors.ts';
import { isPlainValue } from './shells.ts';
import type { Variable } from './variables.ts';

/**
 * One line a variable; a variable without a value has none. Values are unquoted, as readers
 * disagree on quotes, escapes and `#`; our own expiry (2026-11-22T19:24:32Z) they all take as it is.
 * @throws AuthctlError `token_unusable` for a token with characters that need quotes
 */
export function dotenvText(variables: readonly Variable[]): string {
  return variables
    .flatMap(({ name, value, secret }) => {
      if (value === undefined) return [];
      if (secret && !isPlainValue(value))
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} needs quotes, which readers of .env files do not agree on`,
          { hint: 'use -o env or -o json' },
        );
      return [`${name}=${value}\n`];
    })
    .join('');
}
