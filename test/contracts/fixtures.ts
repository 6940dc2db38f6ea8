/** A fixture per provider: what it must send, and what it must make of the answers that its vendor gives. */
import type { ErrorCode } from '../../src/errors.ts';
import type { Request } from '../../src/http/message.ts';
import { type AnswerParts, jwt } from '../answers.ts';

/** What the generated placeholders stand for. */
export const generated = {
  uuid: '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
  now: '2026-01-02T03:04:04.321Z',
};
/** When the answers arrive, in milliseconds since the epoch. Whole seconds, as a `Date` has them. */
export const receivedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const t = receivedAt / 1000;

/** One sample answer, and what must come of it. */
export interface AnswerFixture extends AnswerParts {
  readonly what: string;
  /** Whether the vendor's OpenAPI document has such an answer; seen or feared otherwise. */
  readonly documented?: false;
  /** The tokens, and the lifetime in seconds. */
  readonly gives?: { readonly token: string; readonly refresh?: string; readonly lifetime: number };
  readonly fails?: {
    readonly code: ErrorCode;
    readonly words?: string;
    readonly message?: string;
    readonly hint?: string;
  };
}

/** All that is known of one provider. */
export interface Fixture {
  /** The named servers, the default first; none where the host is the customer's own. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Of the requests below. */
  readonly baseUrl: string;
  /** In the order of the declaration's ways to log in. */
  readonly logins: readonly {
    readonly credentials: Readonly<Record<string, string>>;
    readonly request: Request;
  }[];
  readonly answers: readonly AnswerFixture[];
  /** With the refresh token `the-refresh-token`. */
  readonly refresh?: { readonly request: Request; readonly answers: readonly AnswerFixture[] };
  /** With the token `the-token`, in every form that the header may have; the usual one first. */
  readonly use: { readonly header: string; readonly values: readonly string[] };
  /** Without the token's header. */
  readonly verify?: Request;
}

const hours = (count: number) => jwt({ iat: t, exp: t + count * 3600 });
const silent = jwt({ sub: 'somebody' });
const twoHours = hours(2);
const day = jwt({ user: 'hr', exp: t + 86_400 });
const access = jwt({ iat: t, exp: t + 600, exi: 600, usefor: 'access' });
const refresh = jwt({ iat: t, exp: t + 86_400, exi: 86_400, usefor: 'refresh' });
const traced = { tracing_id: generated.uuid, request_timestamp: generated.now };

/** By the provider's name. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  ropo: {
    environments: {
      fi: 'https://ropo24.fi/rest',
      se: 'https://ropo24.se/rest',
      no: 'https://ropo24.no/rest',
      'fi-test': 'https://rc.ropo24.fi/rest',
      'se-test': 'https://rc.ropo24.se/rest',
      'no-test': 'https://rc.ropo24.no/rest',
    },
    baseUrl: 'https://ropo24.fi/rest',
    logins: [
      {
        credentials: { cid: '0012345', apicode: 'an apicode' },
        request: {
          method: 'POST',
          url: 'https://ropo24.fi/rest/token',
          headers: { 'Content-Type': 'application/json' },
          body: '{"cid":"0012345","apicode":"an apicode"}',
        },
      },
    ],
    answers: [
      {
        what: 'a token',
        status: 201,
        body: { token: twoHours },
        gives: { token: twoHours, lifetime: 7200 },
      },
      {
        what: 'a token that does not say how long it lives',
        status: 201,
        body: { token: silent },
        gives: { token: silent, lifetime: 7200 },
      },
      {
        what: 'a token that lives longer than documented',
        status: 201,
        body: { token: hours(3) },
        gives: { token: hours(3), lifetime: 10_800 },
      },
      {
        what: 'a token with another 2xx',
        documented: false,
        body: { token: twoHours },
        gives: { token: twoHours, lifetime: 7200 },
      },
      {
        what: 'wrong credentials',
        status: 400,
        body: { errorId: 17, errorText: 'Unknown customer' },
        fails: { code: 'refused', words: 'Unknown customer (code 17)' },
      },
      {
        what: 'a 400 of another kind',
        documented: false,
        status: 400,
        body: { title: 'Bad Request' },
        fails: { code: 'bad_answer' },
      },
    ],
    use: { header: 'Authorization', values: ['Bearer the-token'] },
  },

  netnut: {
    environments: { production: 'https://customers-api.netnut.io/v1' },
    baseUrl: 'https://customers-api.netnut.io/v1',
    logins: [
      {
        credentials: { email: 'ann@example.com', password: 'a password' },
        request: {
          method: 'POST',
          url: 'https://customers-api.netnut.io/v1/auth/login',
          headers: { 'Content-Type': 'application/json' },
          body: '{"email":"ann@example.com","password":"a password"}',
        },
      },
    ],
    answers: [
      {
        what: 'an opaque token',
        body: { success: true, token: 'opaque' },
        gives: { token: 'opaque', lifetime: 86_400 },
      },
      {
        what: 'a JWT',
        body: { success: true, token: twoHours },
        gives: { token: twoHours, lifetime: 7200 },
      },
      {
        what: 'wrong credentials',
        status: 400,
        body: { success: false, message: 'Wrong password' },
        fails: { code: 'refused', words: 'Wrong password' },
      },
      {
        what: 'wrong credentials with 200',
        body: { success: false, message: 'Wrong password' },
        fails: { code: 'refused', words: 'Wrong password' },
      },
      {
        what: 'a refusal that brings a token',
        documented: false,
        body: { success: false, token: 'opaque' },
        fails: { code: 'refused' },
      },
      {
        what: 'a token without success',
        documented: false,
        body: { token: 'opaque' },
        fails: { code: 'bad_answer' },
      },
      {
        what: 'success in words',
        documented: false,
        body: { success: 'true', token: 'opaque' },
        fails: { code: 'bad_answer' },
      },
      {
        what: 'a 400 of another kind',
        documented: false,
        status: 400,
        body: { message: 'Bad Request' },
        fails: { code: 'bad_answer', words: 'Bad Request' },
      },
    ],
    use: { header: 'Authorization', values: ['Bearer the-token', 'the-token'] },
    verify: {
      method: 'GET',
      url: 'https://customers-api.netnut.io/v1/auth/authenticated',
      headers: {},
    },
  },

  verbit: {
    environments: {
      production: 'https://platform.verbit.co/api/v1',
      sandbox: 'https://sandbox-api.verbit.co/api/v1',
    },
    baseUrl: 'https://platform.verbit.co/api/v1',
    logins: [
      {
        credentials: { api_key: 'an api key' },
        request: {
          method: 'POST',
          url: 'https://platform.verbit.co/api/v1/auth',
          headers: {
            'Content-Type': 'application/json',
            'X-Tracing-ID': '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
            'X-Request-Timestamp': '2026-01-02T03:04:04.321Z',
          },
          body: '{"payload":{"api_key":"an api key"}}',
        },
      },
    ],
    answers: [
      {
        what: 'a token',
        body: { ...traced, data: { token: hours(1) } },
        gives: { token: hours(1), lifetime: 3600 },
      },
      {
        what: 'a token, and words on the schema',
        body: {
          ...traced,
          data: { token: silent },
          schema_timestamp: '2026-01-01T00:00:00Z',
          schema_hash: 'abc',
          schema_name: 'auth',
        },
        gives: { token: silent, lifetime: 3600 },
      },
      {
        what: 'the answer of the users’ API, whose token stands at the top',
        documented: false,
        body: { token: silent },
        fails: { code: 'bad_answer', hint: '/data/token' },
      },
      {
        what: 'a wrong key',
        status: 401,
        body: {
          ...traced,
          errors: [
            { code: 'unauthorized', type: 'authentication', message: 'The key is not known' },
            { code: 'expired', type: 'authentication', message: 'Or it has expired' },
          ],
        },
        fails: {
          code: 'refused',
          words: `The key is not known (code unauthorized); Or it has expired (code expired) [trace id ${generated.uuid}]`,
        },
      },
      ...(
        [
          [403, 'refused'],
          [400, 'bad_answer'],
          [422, 'bad_answer'],
          [429, 'rate_limited'],
          [500, 'server_error'],
          [503, 'server_error'],
        ] as const
      ).map(
        ([status, code]): AnswerFixture => ({
          what: `a ${status} in its own words`,
          status,
          body: { ...traced, errors: [{ code: 'e1', type: 't', message: 'No' }], schema_name: 'x' },
          fails: { code, words: `No (code e1) [trace id ${generated.uuid}]` },
        }),
      ),
    ],
    use: { header: 'Authorization', values: ['Bearer the-token'] },
  },

  pegase3: {
    baseUrl: 'https://payroll.example/pegase',
    logins: [
      {
        credentials: { user_name: 'hr', password: 'a password' },
        request: {
          method: 'GET',
          url: 'https://payroll.example/pegase/login',
          headers: { 'User-Name': 'hr', Password: 'a password' },
        },
      },
    ],
    answers: [
      {
        what: 'a token of 24 hours, without iat',
        body: { code: 200, status: 'ok', token: day },
        gives: { token: day, lifetime: 86_400 },
      },
      {
        what: 'a token, by the other word for success',
        body: { code: 200, status: 'success', token: day },
        gives: { token: day, lifetime: 86_400 },
      },
      {
        what: 'a token of 24 hours from a server without a clock',
        headers: {},
        body: { code: 200, status: 'ok', token: day },
        gives: { token: day, lifetime: 1800 },
      },
      {
        what: 'a token that does not say how long it lives',
        body: { code: 200, status: 'ok', token: silent },
        gives: { token: silent, lifetime: 1800 },
      },
      ...pegaseFailures(),
      {
        what: 'an expired token under the status ok',
        body: { code: 498, status: 'ok', message: 'expired', token: day },
        fails: { code: 'refused', words: 'expired (code 498)' },
      },
      {
        what: 'a failure that has the code of success',
        documented: false,
        body: { code: 200, status: 'error', message: 'no', token: day },
        fails: { code: 'bad_answer', words: 'no (code 200)' },
      },
      {
        what: 'success without its code',
        documented: false,
        body: { status: 'ok', token: day },
        fails: { code: 'bad_answer' },
      },
      {
        what: 'a code in words',
        documented: false,
        body: { code: '200', status: 'ok', token: day },
        fails: { code: 'bad_answer' },
      },
      ...[false, 7, null, {}, [day]].map(
        (token): AnswerFixture => ({
          what: `the token ${JSON.stringify(token).slice(0, 8)}, which is no string`,
          documented: false,
          body: { code: 200, status: 'ok', token },
          fails: { code: 'bad_answer' },
        }),
      ),
    ],
    use: { header: 'Token', values: ['the-token'] },
  },

  datarhei: {
    environments: { local: 'http://127.0.0.1:8080' },
    baseUrl: 'http://127.0.0.1:8080',
    logins: [
      {
        credentials: { username: 'admin', password: 'a password' },
        request: {
          method: 'POST',
          url: 'http://127.0.0.1:8080/api/login',
          headers: { 'Content-Type': 'application/json' },
          body: '{"username":"admin","password":"a password"}',
        },
      },
      {
        credentials: { auth0_token: 'an.auth0.token' },
        request: {
          method: 'POST',
          url: 'http://127.0.0.1:8080/api/login',
          headers: { Authorization: 'Bearer an.auth0.token' },
        },
      },
    ],
    answers: [
      {
        what: 'two tokens',
        body: { access_token: access, refresh_token: refresh },
        gives: { token: access, refresh, lifetime: 600 },
      },
      {
        what: 'two tokens from a server whose clock is wrong',
        headers: {},
        body: { access_token: jwt({ iat: 0, exp: 600, exi: 600 }), refresh_token: refresh },
        gives: { token: jwt({ iat: 0, exp: 600, exi: 600 }), refresh, lifetime: 600 },
      },
      {
        what: 'tokens that say nothing',
        body: { access_token: silent, refresh_token: silent },
        gives: { token: silent, refresh: silent, lifetime: 600 },
      },
      {
        what: 'no refresh token',
        documented: false,
        body: { access_token: access },
        gives: { token: access, lifetime: 600 },
      },
      {
        what: 'wrong credentials',
        status: 401,
        body: {
          code: 401,
          message: 'Unauthorized',
          details: ['Invalid authorization credentials'],
        },
        fails: {
          code: 'refused',
          words: 'Unauthorized: Invalid authorization credentials (code 401)',
        },
      },
      {
        what: 'an Auth0 token of another issuer',
        status: 400,
        body: { code: 400, message: 'Missing authorization credentials', details: [] },
        fails: { code: 'refused', words: 'Missing authorization credentials (code 400)' },
      },
      {
        what: 'a 400 of another kind',
        documented: false,
        status: 400,
        body: { error: 'bad' },
        fails: { code: 'bad_answer' },
      },
      {
        what: 'authentication switched off',
        status: 404,
        body: { code: 404, message: 'Not Found', details: ['Not Found'] },
        fails: {
          code: 'bad_answer',
          message: 'authentication is switched off',
          words: 'Not Found (code 404)',
        },
      },
    ],
    refresh: {
      request: {
        method: 'GET',
        url: 'http://127.0.0.1:8080/api/login/refresh',
        headers: { Authorization: 'Bearer the-refresh-token' },
      },
      answers: [
        {
          what: 'a new token',
          body: { access_token: access },
          gives: { token: access, lifetime: 600 },
        },
        {
          what: 'a new token and a new refresh token',
          body: { access_token: access, refresh_token: refresh },
          gives: { token: access, refresh, lifetime: 600 },
        },
        ...[401, 403].map(
          (status): AnswerFixture => ({
            what: `a refresh token that is refused with ${status}`,
            status,
            body: { code: status, message: 'Forbidden', details: ['expired'] },
            fails: {
              code: 'refused',
              message: 'datarhei Core refused the refresh token',
              words: `Forbidden: expired (code ${status})`,
            },
          }),
        ),
      ],
    },
    use: { header: 'Authorization', values: ['Bearer the-token'] },
    verify: { method: 'GET', url: 'http://127.0.0.1:8080/api', headers: {} },
  },
};

/** Every failure comes with HTTP 200 or with its own code, and may bring a token. */
function pegaseFailures(): AnswerFixture[] {
  const failures = [
    [401, 'wrong user or password', 'refused'],
    [498, 'expired', 'refused'],
    [402, 'a header is missing', 'bad_answer'],
    [404, 'not found', 'bad_answer'],
  ] as const;
  return failures.flatMap(([code, message, ours]) =>
    [200, code].flatMap((status) =>
      [{}, { token: day }].map((more) => ({
        what: `${code}, ${message}, with HTTP ${status}${'token' in more ? ' and a token' : ''}`,
        status,
        body: { status: 'error', code, message, ...more },
        fails: { code: ours, words: `${message} (code ${code})` },
      })),
    ),
  );
}
