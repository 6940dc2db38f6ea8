/** Makes the secrets of a session known to what is redacted. */
import type { Declaration } from '../declaration/declaration.ts';
import { keptValues } from '../declaration/kept.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import type { Redactor } from '../secrets/redact.ts';

/** Adds the tokens, and the kept values that are secret, to what is redacted. */
export function keepTokens(
  secrets: Redactor,
  declaration: Pick<Declaration, 'answer' | 'login'>,
  { accessToken, refreshToken, kept = {} }: TokenSet,
): void {
  secrets.add(accessToken);
  if (refreshToken !== undefined) secrets.add(refreshToken);
  const known = keptValues(declaration);
  for (const [name, value] of Object.entries(kept)) {
    if (known.get(name)?.secret !== false) secrets.add(value);
  }
}
