/** Makes the secrets of a session known to what is redacted. */
import type { Declaration } from '../declaration/declaration.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import type { Redactor } from '../secrets/redact.ts';

/** Adds the tokens, and the kept values that are secret, to what is redacted. */
export function keepTokens(
  secrets: Redactor,
  { answer: { keep = {} } }: Pick<Declaration, 'answer'>,
  { accessToken, refreshToken, kept = {} }: TokenSet,
): void {
  secrets.add(accessToken);
  if (refreshToken !== undefined) secrets.add(refreshToken);
  for (const [name, value] of Object.entries(kept)) {
    if (keep[name]?.secret !== false) secrets.add(value);
  }
}
