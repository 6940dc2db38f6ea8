/** `-o dotenv`: lines `NAME=value` that all .env parsers read alike. */
import { AuthctlError } from '../errors.ts';
import type { Variable } from './result.ts';
import { isPlainValue } from './shells.ts';

/**
 * One line for each variable that has a value. Values are not quoted, because parsers disagree on
 * quotes, escapes and `#`. All of them accept the expiry (2026-11-22T19:24:32Z) without quotes.
 *
 * @throws AuthctlError `token_unusable` for a token with characters that need quotes
 */
export function dotenvText(variables: readonly Variable[]): string {
  return variables
    .flatMap(({ name, value, secret }) => {
      if (value === undefined) return [];
      if (secret && !isPlainValue(value))
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} needs quotes, on which .env parsers disagree`,
          { hint: 'use -o env or -o json' },
        );
      return [`${name}=${value}\n`];
    })
    .join('');
}
