/** Fuzzes answers: every answer must give a token set or an AuthctlError. */
import { expect } from '@jest/globals';
import { decodeJwt } from '../../src/declaration/jwt.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { isToken } from '../../src/declaration/token.ts';
import { AuthctlError } from '../../src/errors.ts';
import { providers } from '../../src/providers/index.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { formatError } from '../../src/terminal/error.ts';
import { answerOf, jwt } from '../answers.ts';
import { bytesOf, corpus, fuzz, texts } from './corpus.ts';

const longest = 400 * 86_400_000;
const codes = [
  'refused',
  'rate_limited',
  'server_error',
  'redirect',
  'bad_answer',
  'token_unusable',
];
const statuses = [200, 201, 204, 301, 400, 401, 403, 404, 418, 429, 498, 500, 599];
const dates = [undefined, 'Sun, 22 Nov 2026 19:24:32 GMT', 'soon', '0 GMT'];

/** @param all whether to try every status, or only 200 and another one */
function read(body: Uint8Array, all = false): void {
  const other = statuses[body.length % statuses.length] ?? 200;
  for (const provider of providers) {
    for (const status of all ? statuses : [200, other]) {
      const date = dates[(body.length + status) % dates.length];
      const response = answerOf({
        status,
        body,
        headers: { ...(date && { date }) },
        receivedAt: 1e12,
      });
      try {
        const {
          accessToken,
          refreshToken = 'none',
          lifetime,
        } = readTokenSet(provider, response, { sent: 'credentials' });
        expect([status < 300, isToken(accessToken), isToken(refreshToken)]).toEqual([
          true,
          true,
          true,
        ]);
        if (lifetime !== null) {
          expect(lifetime).toBeGreaterThanOrEqual(0);
          expect(lifetime).toBeLessThanOrEqual(longest);
        }
      } catch (error) {
        if (!(error instanceof AuthctlError)) throw error;
        expect(codes).toContain(error.code);
        expect(formatError(error, 'text', createRedactor())).toMatch(
          /^authctl: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n(hint: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n)?$/u,
        );
      }
    }
  }
}

const words = [
  ...['"token":', '"access_token":', '"refresh_token":', '"data":', '"code":401', '"success":true'],
  ...[
    '"errors":',
    '"message":',
    '"status":"ok"',
    jwt({ exp: 1e12 + 60 }),
    jwt({ exp: '1', iat: 1 }),
  ],
];

const kept = new Set(corpus('answers'));
fuzz('an answer', 'answers', texts('answers', words), (text) => {
  read(bytesOf(text), kept.has(text));
});

fuzz('a JWT', 'jwt', texts('jwt', ['.', 'e30', 'eyJleHAiOjF9', '=', '-', '_']), (text) => {
  const decoded = decodeJwt(text);
  if (decoded) {
    expect([typeof decoded.header, typeof decoded.claims]).toEqual(['object', 'object']);
    expect(text.split('.')).toHaveLength(3);
  }
});

const claims = texts('claims', ['"exp":', '"iat":', '"exi":', '1795375472', '-0', '1e308']);
fuzz('the claims of a token', 'claims', claims, (text) => {
  const part = (each: string | Buffer) => Buffer.from(each).toString('base64url');
  const token = `${part('{}')}.${part(bytesOf(text))}.x`;
  const bodies = [{ token, success: true, code: 200, status: 'ok' }, { access_token: token }];
  for (const body of [...bodies, { data: { token } }]) read(Buffer.from(JSON.stringify(body)));
});
