/** The variables that a result is handed over in: their names, their values, and which are secret. */

import { variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import { expiresAt } from './expiry.ts';
import type { Result } from './result.ts';

/** The names that one provider's variables have. */
export interface VariableNames {
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** One variable of a result. */
export interface Variable {
  readonly name: string;
  /** Absent where there is none: then an older value of that name must not survive. */
  readonly value?: string;
  readonly secret: boolean;
}

/**
 * The last words that a name may have which holds a secret. Other names may be ones on which a shell,
 * the loader or an interpreter acts (PATH, BASH_ENV, RANDOM); a token comes from a server.
 */
const lastWords: readonly string[] = [
  ...['TOKEN', 'KEY', 'SECRET', 'JWT', 'AUTH', 'PASSWORD', 'SESSION', 'COOKIE'],
];

/**
 * The names for a provider.
 * @param renamed what --var says: another name for the token's variable
 * @throws AuthctlError `usage` where that name cannot be taken
 */
export function variableNames(provider: string, renamed?: string): VariableNames {
  const names = {
    token: renamed ?? variableName(provider, 'token'),
    refreshToken: variableName(provider, 'refresh_token'),
    expiresAt: variableName(provider, 'token_expires_at'),
  };
  if (renamed !== undefined) checkName(renamed, names);
  return names;
}

function checkName(name: string, names: VariableNames): void {
  const hint = 'choose another name, such as --var MY_TOKEN';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new AuthctlError('usage', '--var takes letters, digits and _, no digit first', { hint });
  // Names of variables know no case on Windows.
  const upper = name.toUpperCase();
  if (!lastWords.includes(upper.slice(upper.lastIndexOf('_') + 1)))
    throw new AuthctlError(
      'usage',
      `the last word of --var ${name} is none of ${lastWords.join(', ')}`,
      { hint },
    );
  if (upper === names.refreshToken || upper === names.expiresAt)
    throw new AuthctlError('usage', `--var ${name} is the name of another variable that is set`, {
      hint,
    });
}

/** The variables of a result, the token's first. */
export function variablesOf(
  result: Result,
  names: VariableNames,
): readonly [token: Variable & { readonly value: string }, ...others: Variable[]] {
  const { accessToken, refreshToken } = result.tokenSet;
  const at = expiresAt(result.tokenSet);
  return [
    { name: names.token, value: accessToken, secret: true },
    {
      name: names.refreshToken,
      secret: true,
      ...(refreshToken === undefined ? {} : { value: refreshToken }),
    },
    { name: names.expiresAt, secret: false, ...(at === null ? {} : { value: at }) },
  ];
}
