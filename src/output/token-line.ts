/** The default format: the token and one newline. */
import type { TokenSet } from '../declaration/token-set.ts';

export function tokenLine({ accessToken }: Pick<TokenSet, 'accessToken'>): string {
  return `${accessToken}\n`;
}
