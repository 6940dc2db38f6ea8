/** The error for a target without a stored session. */
import { hintCommand } from '../credentials/hint.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Target } from './target.ts';

/** The error of a command that needs a stored token, and finds none for its target. */
export function sessionMissing(target: Target): AuthctlError {
  const { declaration, profile, selector } = target;
  const { name, title } = declaration;
  const { baseUrl, account, fields = {} } = selector;
  const isBare = baseUrl === undefined && !account && Object.keys(fields).length === 0;
  const limit = isBare ? '' : ', for this server and account';
  return new AuthctlError(
    'session_missing',
    `no token is stored for ${title} in the profile ${profile}${limit}`,
    { provider: name, hint: hintCommand(hint`login ${named(name)}`, target) },
  );
}
