/** Declaration + response → token set. Pure. */
import { AuthctlError, hint, named } from '../errors.ts';
import type { Response } from '../http/message.ts';
import { holds, type Judged, readAnswer, serverWords } from './answer.ts';
import type { Declaration } from './declaration.ts';
import { readLifetime } from './lifetime.ts';
import { resolvePointer } from './pointer.ts';
import { isToken } from './token.ts';
import type { TokenSet } from './token-set.ts';

/**
 * Reads the answer to a login or a refresh.
 *
 * @param judged what was sent, for the message where the server refuses it
 * @throws AuthctlError `refused`, `rate_limited`, `server_error`, `redirect`, `bad_answer`
 *   or `token_unusable`
 */
export function readTokenSet(
  declaration: Declaration,
  response: Response,
  judged: Exclude<Judged, 'token'>,
): TokenSet {
  const { answer, title, name } = declaration;
  const body = readAnswer(declaration, response, judged);
  const details = { provider: name, status: response.status };
  if (!holds(answer.success, body)) {
    const words = serverWords(answer, body);
    throw new AuthctlError('bad_answer', `${title} did not say that it succeeded`, {
      ...details,
      ...(words && { serverWords: words }),
    });
  }
  const accessToken = resolvePointer(body, answer.token);
  if (accessToken === undefined || accessToken === null) {
    throw new AuthctlError('bad_answer', `there is no token in the answer of ${title}`, {
      ...details,
      hint: hint`it was expected at ${named(answer.token)}; is the base URL the right one?`,
    });
  }
  const refreshToken =
    answer.refreshToken === undefined ? undefined : resolvePointer(body, answer.refreshToken);
  const token = checkToken(accessToken, 'token', details);
  return {
    accessToken: token,
    ...(refreshToken !== undefined &&
      refreshToken !== null && {
        refreshToken: checkToken(refreshToken, 'refresh token', details),
      }),
    receivedAt: response.receivedAt,
    lifetime: readLifetime(token, body, answer, response),
  };
}

function checkToken(
  value: unknown,
  what: string,
  details: { readonly provider: string; readonly status: number },
): string {
  if (typeof value !== 'string') {
    throw new AuthctlError('bad_answer', `the ${what} in the answer is no text`, details);
  }
  if (!isToken(value)) {
    const problem =
      value === ''
        ? 'is empty'
        : value.length > 65_536
          ? 'is longer than 65,536 characters'
          : 'has characters that no token has';
    throw new AuthctlError('token_unusable', `the ${what} in the answer ${problem}`, details);
  }
  return value;
}
