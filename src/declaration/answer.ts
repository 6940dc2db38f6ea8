/** Reads an answer up to the point where it is known to be no failure. */
import { AuthctlError, type ErrorCode, type ErrorDetails, hint } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Answer, Condition, Declaration, Match } from './declaration.ts';
import { namesTwice } from './json.ts';
import { resolvePointer } from './pointer.ts';

/** Characters; a server that says more says nothing, and keeps us busy looking for secrets in it. */
const longestWords = 16_384;

/** What was sent to the server to be judged. */
export type Judged = 'credentials' | 'refresh token' | 'token';

/**
 * The parsed body of an answer that is no failure by HTTP's or by the declaration's rules.
 *
 * @throws AuthctlError `rate_limited`, `server_error`, `redirect`, `refused` or `bad_answer`,
 *   with the server's own words
 */
export function readAnswer(declaration: Declaration, response: Response, judged: Judged): unknown {
  const { answer, title, name } = declaration;
  const { status } = response;
  const parsed = parseBody(response);
  const words = parsed.ok ? serverWords(answer, parsed.value) : undefined;
  const fail = (code: ErrorCode, message: string, details: ErrorDetails = {}): AuthctlError =>
    new AuthctlError(code, message, {
      provider: name,
      status,
      ...(words && { serverWords: words }),
      ...details,
    });

  if (status === 429) throw fail('rate_limited', `${title} takes no more requests for now`);
  if (status >= 500) throw fail('server_error', `${title} answered ${status}, a fault of its own`);
  if (status >= 300 && status < 400) {
    throw fail('redirect', `${title} answered ${status}, a redirect${target(response)}`, {
      hint: hint`redirects are not followed, since the credentials would go along; set the right base URL with --base-url`,
    });
  }
  const refused =
    status === 401 ||
    status === 403 ||
    matchesAny(answer.refused, status, parsed.ok ? parsed.value : undefined);
  if (refused) {
    const doubt = parsed.ok ? '' : ` (${status} with ${parsed.problem})`;
    throw fail('refused', `${title} refused the ${judged}${doubt}`);
  }
  if (!parsed.ok) {
    if (status === 404) throw notFound();
    throw fail('bad_answer', `${title} answered ${status} with ${parsed.problem}`, {
      hint: hint`something else may answer in its place: a proxy, a login page, another path; check the base URL`,
    });
  }
  for (const { when, message, hint: advice } of answer.explained ?? []) {
    if (matches(when, status, parsed.value)) {
      throw fail('bad_answer', advice === undefined ? message : `${message}; ${advice}`);
    }
  }
  if (status === 404) throw notFound();
  if (status < 200 || status >= 300) throw fail('bad_answer', `${title} answered ${status}`);
  return parsed.value;

  function notFound(): AuthctlError {
    return fail('bad_answer', `${title} answered 404, not found`, {
      hint: hint`check the base URL (--base-url, -e, or the configuration)`,
    });
  }
}

/** Whether all conditions hold in a document. */
export function holds(conditions: readonly Condition[] | undefined, document: unknown): boolean {
  return (conditions ?? []).every((condition) => {
    const value = resolvePointer(document, condition.pointer);
    if (!condition.in) return value !== undefined && value !== null;
    return condition.in.some((wanted) => equals(wanted, value));
  });
}

/** Goes no deeper than what is wanted: a foreign value may be nested without end. */
function equals(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(wanted);
  const found = new Map<string, unknown>(Object.entries(value));
  return (
    Array.isArray(wanted) === Array.isArray(value) &&
    entries.length === found.size &&
    entries.every(([key, item]) => found.has(key) && equals(item, found.get(key)))
  );
}

/**
 * The server's own words on a failure, on one line as far as we go: messages, code and trace id.
 * They are foreign text: whoever prints them escapes and redacts them.
 */
export function serverWords(answer: Answer, body: unknown): string | undefined {
  const where = answer.error;
  if (!where) return undefined;
  const listed = where.list === undefined ? [body] : resolvePointer(body, where.list);
  const items = (Array.isArray(listed) ? listed : [listed]).slice(0, 20);
  const sentences = items.flatMap((item) => {
    const texts = where.messages
      .flatMap((pointer) => resolvePointer(item, pointer))
      .filter((text): text is string => typeof text === 'string' && text.trim() !== '');
    const code = where.code === undefined ? undefined : scalar(resolvePointer(item, where.code));
    const said = [...new Set(texts)].join(': ');
    if (said === '') return code === undefined ? [] : [`code ${code}`];
    return code === undefined ? [said] : [`${said} (code ${code})`];
  });
  const trace = where.trace === undefined ? undefined : scalar(resolvePointer(body, where.trace));
  if (sentences.length === 0) return undefined;
  const words = sentences.join('; ') + (trace === undefined ? '' : ` [trace id ${trace}]`);
  if (words.length > longestWords) return `(${words.length} characters, which are not shown)`;
  return withoutTokens(answer, body, words);
}

/** A failure may bring a token all the same, and its words repeat it. */
function withoutTokens({ token, refreshToken = token }: Answer, body: unknown, words: string) {
  return [token, refreshToken]
    .map((pointer) => resolvePointer(body, pointer))
    .filter((value): value is string => typeof value === 'string' && value.length >= 4)
    .reduce((text, value) => text.replaceAll(value, '***'), words);
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function matchesAny(kinds: readonly Match[] | undefined, status: number, body: unknown): boolean {
  return (kinds ?? []).some((kind) => matches(kind, status, body));
}

function matches(kind: Match, status: number, body: unknown): boolean {
  return (kind.status?.includes(status) ?? true) && holds(kind.body, body);
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

function parseBody(response: Response): Parsed {
  if (response.body.length === 0) return { ok: false, problem: 'an empty body' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(response.body);
  } catch {
    return { ok: false, problem: 'a body that is not UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      ok: false,
      problem: /^\s*</.test(text) ? 'a page, not JSON' : 'a body that is not JSON',
    };
  }
  // Which of the two is meant cannot be told, and it may be the token.
  if (namesTwice(text)) return { ok: false, problem: 'JSON that has a name twice in one object' };
  return { ok: true, value };
}

function target(response: Response): string {
  const location = response.headers['location'];
  if (location === undefined || !URL.canParse(location)) return '';
  // Only the origin: paths and queries of redirects carry tokens.
  return ` to ${new URL(location).origin}`;
}
