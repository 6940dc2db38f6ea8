/** Tells a failed answer from a successful one. */
import { AuthctlError, type ErrorCode, type ErrorDetails, hint } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Asks, Declaration, Match } from './declaration.ts';
import { matches, matchesAny, readsJson } from './match.ts';
import type { ReadAnswer } from './place.ts';
import { serverWords } from './words.ts';

/** What was sent to the server, as a refusal names it. */
export type Sent = 'credentials' | 'refresh token' | 'token' | 'logout';

/** Builds the error for an answer, with the server's words. */
export type Fail = (code: ErrorCode, message: string, details?: ErrorDetails) => AuthctlError;

/** @returns builds errors for this answer */
export function failures(
  { name, answer }: Pick<Declaration, 'name' | 'answer'>,
  read: ReadAnswer,
): Fail {
  const words = serverWords(answer, read);
  const { status } = read.response;
  return (code, message, details = {}) =>
    new AuthctlError(code, message, {
      provider: name,
      status,
      ...(words !== undefined && { serverWords: words }),
      ...details,
    });
}

/**
 * Requires the answer to a login or a refresh to be a success, by the rules of HTTP and of the declaration.
 *
 * @param codes the fields of one-time codes that were sent
 * @throws AuthctlError `rate_limited`, `server_error`, `redirect`, `refused` or `bad_answer`,
 *   with the server's own words; `credential_missing` with `asks` for a code that the server asks for
 */
export function requireSuccess(
  declaration: Declaration,
  read: ReadAnswer,
  sent: Sent,
  codes: ReadonlySet<string> = new Set(),
): void {
  const { answer, title } = declaration;
  const fail = failures(declaration, read);
  const isAccepted = answer.accepted !== undefined && matches(answer.accepted, read);
  const { refused = [] } = answer;
  const { expired } = declaration.refresh ?? {};
  const json = readsJson(answer);
  if (!isAccepted && sent === 'refresh token' && expired) {
    requireDeclared(declaration, read, { fail, sent, refused: expired });
    // Other refusals are of what was sent beside the refresh token, which may be good.
    const beside: Judgement = {
      sent: 'credentials',
      fail: (code, message, details) =>
        fail(code, message, {
          ...details,
          ...(code === 'refused' && { refusedCredentials: true }),
        }),
    };
    requireDeclared(declaration, read, { ...beside, refused });
    requireOk(declaration, read, { ...beside, json, asked: sent });
  } else if (!isAccepted) {
    const asks = sent === 'credentials' ? answer.asks : undefined;
    const isCodeSent = codes.has(asks?.field ?? '');
    const standard = sent === 'refresh token' ? [invalidGrant] : [];
    requireDeclared(declaration, read, {
      ...{ fail, sent, asks, isCodeSent },
      refused: [...refused, ...standard],
    });
    requireOk(declaration, read, { fail, sent, json });
  }
  if (json && !read.json.ok) throw unreadable(title, read, read.json.problem, fail);
}

/** How OAuth refuses a refresh token (RFC 6749, section 5.2). */
const invalidGrant: Match = { status: [400], body: [{ at: '/error', in: ['invalid_grant'] }] };

/** Seconds for which a limit of the declaration's words counts, if the answer has no `Retry-After`. */
const untimedLimit = 30;

/** How an answer is judged. */
export interface Judgement {
  readonly fail: Fail;
  readonly sent: Sent;
}

/** The answers that a declaration describes. */
interface Declared {
  readonly refused: readonly Match[];
  readonly asks?: Asks | undefined;
  /** Whether the code that `asks` is about was sent. */
  readonly isCodeSent?: boolean;
}

/**
 * Requires an answer to be none of the failures that the declaration describes.
 *
 * @throws AuthctlError `rate_limited`, `refused`, `bad_answer` or `credential_missing`
 */
export function requireDeclared(
  { answer, title }: Declaration,
  read: ReadAnswer,
  { fail, sent, refused, asks, isCodeSent }: Judgement & Declared,
): void {
  const { status } = read.response;
  if (matchesAny(answer.limited, read)) {
    // A ban is not asked for again and again, though it may not say how long it is.
    const isTimed = read.response.headers['retry-after'] !== undefined;
    const message = `${title} answered ${status}, and takes no more logins for a while`;
    throw fail('rate_limited', message, isTimed ? {} : { retryAfter: untimedLimit });
  }
  if (asks && matches(asks.when, read)) {
    const { field } = asks;
    throw isCodeSent
      ? fail('refused', `${title} refused the one-time code`, { sent: [field] })
      : fail('credential_missing', `${title} asks for a one-time code, ${field}`, { asks: field });
  }
  for (const { when, message, hint: advice } of answer.explained ?? []) {
    if (matches(when, read)) {
      throw fail('bad_answer', advice === undefined ? message : `${message}; ${advice}`);
    }
  }
  if (matchesAny(refused, read))
    throw refusal(title, read, { fail, sent, json: readsJson(answer) });
}

/** What is not there where the server answers 404; a login that is not there needs no words. */
const missing: Readonly<Record<Sent, string>> = {
  credentials: '',
  'refresh token': ': the server has no refresh there',
  token: ': the server has no check of tokens there',
  logout: ': the server has no logout there',
};

/**
 * Requires an answer to be a success by the rules of HTTP.
 *
 * @param asked what the request was for, if a refusal names something else
 * @throws AuthctlError `rate_limited`, `server_error`, `redirect`, `refused` or `bad_answer`
 */
export function requireOk(
  { title, file }: Pick<Declaration, 'title' | 'file'>,
  read: ReadAnswer,
  { fail, sent, json, asked = sent }: Judgement & { readonly json: boolean; readonly asked?: Sent },
): void {
  const { response } = read;
  const { status } = response;
  const tried = response.tried === undefined ? '' : `, ${response.tried}`;
  if (status === 429) {
    throw fail('rate_limited', `${title} answered 429, too many requests${tried}`);
  }
  if (status >= 500) {
    throw fail('server_error', `${title} answered ${status}, a server error${tried}`);
  }
  if (status >= 300 && status < 400) {
    throw fail('redirect', `${title} answered ${status}, a redirect${target(response)}`, {
      hint: hint`redirects are not followed, because the credentials would be sent along; check the base URL (--base-url)`,
    });
  }
  if (status === 401 || status === 403) {
    // A filter on the way says nothing about credentials.
    if (json && isPage(read)) throw unreadable(title, read, 'a page, not JSON', fail);
    throw refusal(title, read, { fail, sent, json });
  }
  if (status === 404) {
    throw fail('bad_answer', `${title} answered 404, not found${missing[asked]}`, {
      hint:
        asked === 'refresh token'
          ? hint`check the base URL (--base-url, -e, or the configuration), or log in instead`
          : hint`check the base URL (--base-url, -e, or the configuration)`,
    });
  }
  if (status < 200 || status >= 300) {
    if (json && !read.json.ok) throw unreadable(title, read, read.json.problem, fail);
    // Whoever wrote the declaration can say what it means.
    const mayRefuse = file !== undefined && sent === 'credentials' && status >= 400;
    throw fail('bad_answer', `${title} answered ${status}`, {
      ...(mayRefuse && {
        hint: hint`if this refuses the credentials, say so under "refused" in the declaration (docs/your-api.md)`,
      }),
    });
  }
}

function refusal(
  title: string,
  { response, json: body }: ReadAnswer,
  { fail, sent, json }: Judgement & { readonly json: boolean },
) {
  const detail = !json || body.ok ? '' : ` (${response.status} with ${body.problem})`;
  return fail('refused', `${title} refused the ${sent}${detail}`);
}

/** The error for an answer that is not what it should be, such as a page. */
export function unreadable(title: string, { response }: ReadAnswer, problem: string, fail: Fail) {
  return fail('bad_answer', `${title} answered ${response.status} with ${problem}`, {
    hint: hint`a proxy, a login page or another path may have answered instead; check the base URL`,
  });
}

/** Whether a body is a page, be it in a charset that is not known. */
function isPage({ text, response }: ReadAnswer): boolean {
  return /^(?:ÿþ|þÿ)?[\s\0]*</.test(text ?? Buffer.from(response.body).toString('latin1'));
}

function target(response: Response): string {
  const location = response.headers['location'];
  if (location === undefined || !URL.canParse(location)) return '';
  const { origin, host } = new URL(location);
  // Only the origin: paths and queries of redirects may hold tokens. A host that `URL` wrote in another
  // way may hold one that redaction would not find.
  return host !== '' && location.includes(host) ? ` to ${origin}` : '';
}

/** The declaration for the answer to a refresh, which may be another than that to a login. */
export function refreshed(declaration: Declaration): Declaration {
  const { answer, refresh } = declaration;
  return refresh?.answer
    ? { ...declaration, answer: { ...answer, ...refresh.answer } }
    : declaration;
}
