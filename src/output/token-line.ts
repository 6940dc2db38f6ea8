/** The format that is the default: the token, and one newline. */
import type { TokenSet } from '../declaration/token-set.ts';

/** What stdout gets where no format was named. */
export function tokenLine({ accessToken }: Pick<TokenSet, 'accessToken'>): string {
  return `${accessToken}\n`;
}
