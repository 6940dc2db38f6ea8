/** Declaration + response → token set. Pure. */
import { AuthctlError, hint, named } from '../errors.ts';
import type { Response } from '../http/message.ts';
import { failures, refreshed, requireSuccess, type Sent, unreadable } from './answer.ts';
import type { Declaration, Place } from './declaration.ts';
import { readLifetime } from './lifetime.ts';
import { holds } from './match.ts';
import { describePlace, isPointer, type ReadAnswer, readAnswer, valueAt } from './place.ts';
import type { LookUp } from './template.ts';
import { isToken } from './token.ts';
import type { TokenSet } from './token-set.ts';
import { serverWords } from './words.ts';

/** What reading an answer depends on. */
export interface Reading {
  /** What was sent, for the message when the server refuses it. */
  readonly sent: Exclude<Sent, 'token' | 'logout'>;
  /** The values of the fields that are not secret. */
  readonly lookUp?: LookUp;
  /** The values that steps have kept. */
  readonly steps?: ReadonlyMap<string, string>;
  /** The fields of one-time codes that were sent. */
  readonly codes?: ReadonlySet<string>;
  /** The kept values of the session that is renewed: the answer may leave them out. */
  readonly kept?: Readonly<Record<string, string>>;
  /** Receives in words which part of the lifetime counts as unknown, and why. */
  readonly detail?: (text: string) => void;
}

/**
 * Reads the answer to a login or a refresh.
 *
 * @throws AuthctlError `refused`, `rate_limited`, `server_error`, `redirect`, `bad_answer`
 *   or `token_unusable`
 */
export function readTokenSet(
  whole: Declaration,
  response: Response,
  { sent, lookUp, steps, codes, kept = {}, detail }: Reading,
): TokenSet {
  const declaration = sent === 'refresh token' ? refreshed(whole) : whole;
  const { answer, title, name } = declaration;
  const read = readAnswer(response, lookUp);
  try {
    requireSuccess(declaration, read, sent, codes);
    if (!holds(answer.success, read)) {
      const fail = failures(declaration, read);
      throw fail('bad_answer', `the answer from ${title} does not report success`);
    }
    const token = requireToken(declaration, read, steps);
    const refreshToken = optionalToken(answer.refreshToken, read);
    const keeps = { ...kept, ...readKept(declaration, read, kept) };
    const { idle } = answer.lifetime ?? {};
    return {
      accessToken: token,
      ...(refreshToken !== undefined && { refreshToken }),
      ...(Object.keys(keeps).length > 0 && { kept: keeps }),
      receivedAt: response.receivedAt,
      lifetime: readLifetime(token, read, answer, detail),
      ...(idle !== undefined && { idle: idle * 1000 }),
    };
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    throw error.with({ provider: name, status: response.status });
  }
}

function requireToken(declaration: Declaration, read: ReadAnswer, steps: Reading['steps']): string {
  const { answer, title } = declaration;
  const { token: place } = answer;
  if (place === undefined) throw new Error(`${declaration.name} declares no token`);
  if (typeof place === 'object' && 'value' in place) {
    const value = steps?.get(place.value);
    if (value !== undefined) return value;
    throw new AuthctlError('bad_answer', `no step of the login at ${title} gave ${place.value}`);
  }
  if (!isPointer(place) && 'text' in place && read.text === undefined && !read.json.ok) {
    throw unreadable(title, read, read.json.problem, failures(declaration, read));
  }
  const value = valueAt(read, place);
  if (value === undefined || value === null) {
    const words = serverWords(answer, read);
    throw new AuthctlError('bad_answer', `the answer from ${title} has no token`, {
      ...(words !== undefined && { serverWords: words }),
      hint: hint`it was expected at ${named(describePlace(place))}; check the base URL`,
    });
  }
  if (!isPointer(place) && 'text' in place) requireTextToken(title, read, 'type' in place);
  return checkToken(value, 'token');
}

/** In bytes. */
const longestText = 16_384;

/**
 * A page, or another text that is no token, is the answer of something else.
 *
 * @param isCalledPage whether the server labels its tokens as pages
 */
function requireTextToken(
  title: string,
  { response, text = '' }: ReadAnswer,
  isCalledPage: boolean,
): void {
  const problem =
    !isCalledPage && /html/i.test(response.headers['content-type'] ?? '')
      ? 'is a page'
      : text.length > longestText
        ? 'is longer than 16 KiB'
        : /[<{]/.test(text)
          ? 'is no token: it has a < or a {'
          : /\s/.test(text)
            ? 'is no token: it has white space'
            : /^(null|true|false)$/.test(text)
              ? `is no token: it is ${text}`
              : undefined;
  if (problem === undefined) return;
  throw new AuthctlError('bad_answer', `the answer from ${title} ${problem}`, {
    hint: hint`a proxy, a login page or another path may have answered instead; check the base URL`,
  });
}

function optionalToken(place: Place | undefined, read: ReadAnswer): string | undefined {
  const value = place === undefined ? undefined : valueAt(read, place);
  // Some servers write "none" as false or as an empty string.
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  return checkToken(value, 'refresh token');
}

/** @throws AuthctlError `bad_answer` for a value that is missing, or that is no printable ASCII */
export function readKept(
  { answer, title }: Declaration,
  read: ReadAnswer,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, { at, optional = false }] of Object.entries(answer.keep ?? {})) {
    const value = valueAt(read, at);
    if (value === undefined || value === null || value === '') {
      if (optional || Object.hasOwn(before, name)) continue;
      const words = serverWords(answer, read);
      throw new AuthctlError('bad_answer', `the answer from ${title} has no ${name}`, {
        ...(words !== undefined && { serverWords: words }),
        hint: hint`it was expected at ${named(describePlace(at))}; check the base URL`,
      });
    }
    const text = Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string' || !isToken(text)) {
      throw new AuthctlError(
        'bad_answer',
        `the ${name} in the answer from ${title} is not 1 to 65,536 characters of printable ASCII`,
      );
    }
    kept[name] = text;
  }
  return kept;
}

function checkToken(value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw new AuthctlError('bad_answer', `the ${what} in the answer is not a string`);
  }
  if (!isToken(value)) {
    const problem =
      value === ''
        ? 'is empty'
        : value.length > 65_536
          ? 'is longer than 65,536 characters'
          : 'has characters other than printable ASCII';
    throw new AuthctlError('token_unusable', `the ${what} in the answer ${problem}`);
  }
  return value;
}
