/** Declaration + response → token set. Pure. */
import { AuthctlError, hint, named } from '../errors.ts';
import type { Response } from '../http/message.ts';
import { holds, readAnswer, type Sent, serverWords } from './answer.ts';
import type { Declaration } from './declaration.ts';
import { readLifetime } from './lifetime.ts';
import { resolvePointer } from './pointer.ts';
import { isToken } from './token.ts';
import type { TokenSet } from './token-set.ts';

/**
 * Reads the answer to a login or a refresh.
 *
 * @param sent for the message when the server refuses it
 * @param detail receives in words which part of the lifetime counts as unknown, and why
 * @throws AuthctlError `refused`, `rate_limited`, `server_error`, `redirect`, `bad_answer`
 *   or `token_unusable`
 */
export function readTokenSet(
  declaration: Declaration,
  response: Response,
  sent: Exclude<Sent, 'token'>,
  detail?: (text: string) => void,
): TokenSet {
  const { answer, title, name } = declaration;
  const body = readAnswer(declaration, response, sent);
  const details = { provider: name, status: response.status };
  if (!holds(answer.success, body)) {
    const words = serverWords(answer, body);
    throw new AuthctlError('bad_answer', `the answer from ${title} does not report success`, {
      ...details,
      ...(words && { serverWords: words }),
    });
  }
  const accessToken = resolvePointer(body, answer.token);
  if (accessToken === undefined || accessToken === null) {
    throw new AuthctlError('bad_answer', `the answer from ${title} has no token`, {
      ...details,
      hint: hint`it was expected at ${named(answer.token)}; check the base URL`,
    });
  }
  const refreshToken =
    answer.refreshToken === undefined ? undefined : resolvePointer(body, answer.refreshToken);
  const token = checkToken(accessToken, 'token', details);
  return {
    accessToken: token,
    ...(refreshToken !== undefined &&
      refreshToken !== null &&
      refreshToken !== '' && {
        refreshToken: checkToken(refreshToken, 'refresh token', details),
      }),
    receivedAt: response.receivedAt,
    lifetime: readLifetime(token, body, answer, response, detail),
  };
}

function checkToken(
  value: unknown,
  what: string,
  details: { readonly provider: string; readonly status: number },
): string {
  if (typeof value !== 'string') {
    throw new AuthctlError('bad_answer', `the ${what} in the answer is not a string`, details);
  }
  if (!isToken(value)) {
    const problem =
      value === ''
        ? 'is empty'
        : value.length > 65_536
          ? 'is longer than 65,536 characters'
          : 'has characters other than printable ASCII';
    throw new AuthctlError('token_unusable', `the ${what} in the answer ${problem}`, details);
  }
  return value;
}
