/** Reads a sample answer: names, types and lengths of its values, and of the values only harmless ones. */
import type { Place } from '../declaration/declaration.ts';
import { hasDuplicateNames } from '../declaration/duplicate-names.ts';
import { decodeJwt } from '../declaration/jwt.ts';
import { isSamePlace } from '../declaration/place.ts';
import { escaped } from '../declaration/pointer.ts';
import { AuthctlError } from '../errors.ts';
import type { AnswerMember, FoundAnswer } from './found.ts';
import { hasSecretWord, isCsrfName, isRefreshName, lifetimeOf, tokenScore } from './names.ts';
import { type Pairs, pairIn, parseOutside } from './outside.ts';
import { hasUnprintable, isToken } from './texts.ts';

/** What an answer may have. */
const limits = { size: 4 * 1024 * 1024, depth: 64 };
const mostMembers = 1000;
/** Items of a list that are looked at. */
const mostItems = 3;

/** Whether calls carry a value, as far as a recording shows it. */
type IsCarried = (value: string) => boolean;

/**
 * Reads an answer as it was pasted or recorded: JSON, JSON below its HTTP head, or a head alone.
 *
 * @param headers those of a recording, where the text is the body alone
 * @param options.status that of a recording
 * @param options.isCarried whether calls carry a value
 * @throws AuthctlError `usage`, without a word of the answer
 */
export function answerOf(
  text: string,
  headers?: Pairs,
  options: { readonly status?: number; readonly isCarried?: IsCarried } = {},
): FoundAnswer {
  if (text.length > limits.size) throw new AuthctlError('usage', 'the answer is over 4 MiB');
  const pasted = headers
    ? { headers, body: text, status: options.status }
    : splitHead(text.replace(/^\ufeff/, ''));
  const { status } = pasted;
  if (status !== undefined && status >= 400) {
    throw new AuthctlError('usage', `the answer is a refusal (${status}): take that of a success`);
  }
  const { isCarried = () => false } = options;
  const members = [
    ...bodyMembers(pasted.body.trim(), isCarried),
    ...headerMembers(pasted.headers, isCarried),
  ];
  if (members.length === 0) {
    throw new AuthctlError('usage', 'the answer has no value: expected JSON, or headers');
  }
  return {
    ...(status !== undefined && status !== 200 && { status }),
    members: members.slice(0, mostMembers),
  };
}

interface Pasted {
  readonly status?: number | undefined;
  readonly headers: Pairs;
  readonly body: string;
}

/** Splits what `curl -i` and `curl -v` print. */
function splitHead(text: string): Pasted {
  const isVerbose = /^< HTTP\//m.test(text);
  const lines = text.split(/\r?\n/).flatMap((line) => {
    if (!isVerbose) return [line];
    if (/^([*>]( |$)|[{}] \[)/.test(line)) return [];
    return [line.replace(/^< ?/, '')];
  });
  let start = lines.findIndex((line) => line.trim() !== '');
  let status: number | undefined;
  let headers: [string, string][] = [];
  while (start >= 0 && start < lines.length) {
    const found = /^HTTP\/[\d.]+ (\d{3})/.exec(lines[start] ?? '');
    const isHead = found !== null || (status === undefined && header.test(lines[start] ?? ''));
    if (!isHead) break;
    // The answers before it are those of proxies and redirects.
    headers = [];
    if (found) {
      status = Number(found[1]);
      start += 1;
    }
    while (start < lines.length && lines[start] !== '') {
      const pair = header.exec(lines[start] ?? '');
      if (!pair) break;
      headers.push([pair[1] ?? '', (pair[2] ?? '').trim()]);
      start += 1;
    }
    while (start < lines.length && lines[start] === '') start += 1;
    if (!found) break;
  }
  return { status, headers, body: lines.slice(Math.max(0, start)).join('\n') };
}

const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/;

function bodyMembers(body: string, isCarried: IsCarried): readonly AnswerMember[] {
  if (body === '') return [];
  if (!/^[[{"]/.test(body)) {
    // A token alone, as text; a page is none.
    if (/[\s<{]/.test(body) || body.length > 16_384) {
      throw new AuthctlError('usage', 'the answer is neither JSON nor a token alone');
    }
    return [memberOf({ text: true }, '', body, isCarried)];
  }
  const value = parseOutside(body, 'the answer', limits);
  if (hasDuplicateNames(body)) {
    throw new AuthctlError('usage', 'the answer has a name twice in one object');
  }
  const members: AnswerMember[] = [];
  const visit = (place: string, name: string, each: unknown): void => {
    if (members.length >= mostMembers) return;
    if (typeof each === 'object' && each !== null) {
      const items = Array.isArray(each)
        ? each.slice(0, mostItems).map((item, index) => [String(index), item] as const)
        : Object.entries(each).filter(([key]) => !hasUnprintable(key));
      for (const [key, item] of items) {
        visit(`${place}/${escaped(key)}`, Array.isArray(each) ? name : key, item);
      }
      if (items.length > 0) return;
    }
    members.push(memberOf(place, name, each, isCarried));
  };
  visit('', '', value);
  return members;
}

function headerMembers(headers: Pairs, isCarried: IsCarried): readonly AnswerMember[] {
  const members: AnswerMember[] = [];
  for (const [name, value] of headers) {
    if (!isToken(name)) continue;
    if (/^set-cookie$/i.test(name)) {
      // Recordings of Firefox join them.
      for (const line of value.split('\n')) {
        const cookie = cookieMember(line, isCarried);
        if (cookie) members.push(cookie);
      }
    } else if (isWanted(name, value) || isCarried(value)) {
      const [, prefix, rest = value] = /^((?:Bearer|Token|JWT) +)(.+)$/is.exec(value) ?? [];
      const member = memberOf({ header: name }, name, rest, isCarried);
      members.push({ ...member, ...(prefix !== undefined && { prefix }) });
    }
  }
  return members.filter(
    ({ place }, index) => members.findIndex((other) => isSamePlace(other.place, place)) === index,
  );
}

/** Whether a header may be of use: most of an answer's are not. */
function isWanted(name: string, value: string): boolean {
  if (/^(expires|keep-alive|access-control-|content-|strict-|www-|x-xss|cf-|alt-svc)/i.test(name)) {
    return false;
  }
  if (/^(authorization|x-auth-key|x-api-key)$/i.test(name)) return true;
  return (
    tokenScore(name) > 1 ||
    isRefreshName(name) ||
    isCsrfName(name) ||
    lifetimeOf(name) !== undefined ||
    decodeJwt(value) !== undefined
  );
}

function cookieMember(line: string, isCarried: IsCarried): AnswerMember | undefined {
  const [name, value] = pairIn(line.split(';')[0] ?? '');
  const isGone = /;\s*max-age=(0|-)/i.test(line);
  // A brace in the name would be a placeholder.
  if (!isToken(name) || value === '' || isGone) return undefined;
  return memberOf({ cookie: name }, name, value, isCarried);
}

function memberOf(place: Place, name: string, value: unknown, isCarried: IsCarried): AnswerMember {
  const member = { place, name };
  if (typeof value === 'boolean') return { ...member, type: 'boolean', sample: value };
  if (typeof value === 'number') {
    return { ...member, type: 'number', ...(!hasSecretWord(name) && { sample: value }) };
  }
  if (typeof value !== 'string') return { ...member, type: 'other' };
  const carried = value.length >= 8 && isCarried(value);
  const text = {
    ...member,
    type: 'string' as const,
    length: value.length,
    ...(carried && { carried }),
  };
  const jwt = decodeJwt(value);
  if (jwt) {
    const hasEnd = typeof jwt.claims['exp'] === 'number';
    return {
      ...text,
      ...(hasEnd && { format: 'jwt' }),
      description: hasEnd ? 'a JWT, which says when it expires' : 'a JWT without an expiry',
    };
  }
  if (/^eyJ[\w-]+(\.[\w-]*)*(\.{3}|…)?$/.test(value)) {
    return { ...text, description: 'it looks like a JWT that was cut off' };
  }
  if (moment.test(value)) {
    const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(value);
    return { ...text, ...(hasZone && { format: 'date-time' }), sample: value };
  }
  if (httpDate.test(value)) return { ...text, sample: value };
  // Digits as text are a number only where the name says so: elsewhere they may be a code.
  if (/^\d{1,13}$/.test(value) && lifetimeOf(name)) return { ...text, sample: value };
  return text;
}

const moment = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
