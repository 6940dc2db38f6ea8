/** The variables of a result: their names, their values, and which are secret. */

import { endsLikeSecret, keepVariable, secretWords, variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import { expiresAt } from './expiry.ts';
import type { Result, Variable } from './result.ts';

export interface VariableNames {
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
  /** Of kept values. */
  readonly kept: readonly string[];
}

/**
 * @param renamed another name for the token's variable, from --var
 * @param keep the names of kept values
 * @throws AuthctlError `usage` for a name that cannot be used
 */
export function variableNames(
  provider: string,
  renamed?: string,
  keep: readonly string[] = [],
): VariableNames {
  const names = {
    token: renamed ?? variableName(provider, 'token'),
    refreshToken: variableName(provider, 'refresh_token'),
    expiresAt: variableName(provider, 'token_expires_at'),
    kept: keep.map((name) => keepVariable(provider, name)),
  };
  if (renamed !== undefined) checkName(renamed, names);
  return names;
}

function checkName(name: string, names: VariableNames): void {
  const hint = 'choose another name, such as --var MY_TOKEN';
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new AuthctlError(
      'usage',
      '--var takes letters, digits and _, and cannot begin with a digit',
      { hint },
    );
  // Variables are case-insensitive on Windows.
  const upper = name.toUpperCase();
  if (!endsLikeSecret(name))
    throw new AuthctlError(
      'usage',
      `the last word of --var ${name} must be one of ${secretWords.join(', ')}`,
      { hint },
    );
  if ([names.refreshToken, names.expiresAt, ...names.kept].includes(upper))
    throw new AuthctlError('usage', `--var ${name} is already the name of another variable`, {
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
    ...result.carried.variables,
  ];
}
