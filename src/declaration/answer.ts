/** Tells a failed answer from a successful one, and parses the body of the latter. */
import { AuthctlError, type ErrorCode, type ErrorDetails, hint } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Answer, Condition, Declaration, Match } from './declaration.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { resolvePointer } from './pointer.ts';

/** In characters. A longer message is not shown, because redacting it would take long. */
const maxWordsLength = 16_384;

/** What was sent to the server, as a refusal names it. */
export type Sent = 'credentials' | 'refresh token' | 'token';

/**
 * The parsed body of an answer, unless it is a failure by the rules of HTTP or of the declaration.
 *
 * @throws AuthctlError `rate_limited`, `server_error`, `redirect`, `refused` or `bad_answer`,
 *   with the server's own words
 */
export function readAnswer(declaration: Declaration, response: Response, sent: Sent): unknown {
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

  if (status === 429) throw fail('rate_limited', `${title} answered 429, too many requests`);
  if (status >= 500) throw fail('server_error', `${title} answered ${status}, a server error`);
  if (status >= 300 && status < 400) {
    throw fail('redirect', `${title} answered ${status}, a redirect${target(response)}`, {
      hint: hint`redirects are not followed, because the credentials would be sent along; check the base URL (--base-url)`,
    });
  }
  const refused =
    status === 401 ||
    status === 403 ||
    matchesAny(answer.refused, status, parsed.ok ? parsed.value : undefined);
  if (refused) {
    const detail = parsed.ok ? '' : ` (${status} with ${parsed.problem})`;
    throw fail('refused', `${title} refused the ${sent}${detail}`);
  }
  if (!parsed.ok) {
    if (status === 404) throw notFound();
    throw fail('bad_answer', `${title} answered ${status} with ${parsed.problem}`, {
      hint: hint`a proxy, a login page or another path may have answered instead; check the base URL`,
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
    return condition.in.some((expected) => equals(expected, value));
  });
}

/** Recurses only as deep as `expected`: a server's value may be nested deeper than the stack allows. */
function equals(expected: unknown, value: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return expected === value;
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(expected);
  const found = new Map<string, unknown>(Object.entries(value));
  return (
    Array.isArray(expected) === Array.isArray(value) &&
    entries.length === found.size &&
    entries.every(([key, item]) => found.has(key) && equals(item, found.get(key)))
  );
}

/**
 * The server's own words on a failure: messages, code and trace id. They are untrusted text, which
 * the caller escapes and redacts before printing.
 */
export function serverWords(answer: Answer, body: unknown): string | undefined {
  const pointers = answer.error;
  if (!pointers) return undefined;
  const listed = pointers.list === undefined ? [body] : resolvePointer(body, pointers.list);
  const items = (Array.isArray(listed) ? listed : [listed]).slice(0, 20);
  const sentences = items.flatMap((item) => {
    const texts = pointers.messages
      .flatMap((pointer) => resolvePointer(item, pointer))
      .filter((text): text is string => typeof text === 'string' && text.trim() !== '');
    const code =
      pointers.code === undefined ? undefined : scalar(resolvePointer(item, pointers.code));
    const message = [...new Set(texts)].join(': ');
    if (message === '') return code === undefined ? [] : [`code ${code}`];
    return code === undefined ? [message] : [`${message} (code ${code})`];
  });
  const trace =
    pointers.trace === undefined ? undefined : scalar(resolvePointer(body, pointers.trace));
  if (sentences.length === 0) return undefined;
  const words = sentences.join('; ') + (trace === undefined ? '' : ` [trace id ${trace}]`);
  if (words.length > maxWordsLength) return `(${words.length} characters, not shown)`;
  return withoutTokens(answer, body, words);
}

/** Even a failed answer may contain a token, and repeat it in its message. */
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
  // One of the two values may be the token, and parsers disagree on which of them counts.
  if (hasDuplicateNames(text)) {
    return { ok: false, problem: 'JSON that has a duplicate name in an object' };
  }
  return { ok: true, value };
}

function target(response: Response): string {
  const location = response.headers['location'];
  if (location === undefined || !URL.canParse(location)) return '';
  const { origin, host } = new URL(location);
  // Only the origin: paths and queries of redirects may hold tokens. A host that `URL` wrote in another
  // way may hold one that redaction would not find.
  return host !== '' && location.includes(host) ? ` to ${origin}` : '';
}
