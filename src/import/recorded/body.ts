/** The body of a request: JSON or a form, whatever its type says. */
import { isDeeper } from '../../declaration/nesting.ts';
import { AuthctlError } from '../../errors.ts';
import type { FoundLogin, Input } from '../found.ts';
import { placeholderName } from '../placeholders.ts';
import { type Finding, isUnnameable } from './finding.ts';
import { formPairs, pairsIn, sampleOf } from './values.ts';

const deepest = 32;

/** Reads the body. @throws AuthctlError `usage` if it cannot be declared */
export function bodyIn(finding: Finding): FoundLogin['body'] {
  const { body, method, source, headers } = finding.request;
  if (!body || ('text' in body && body.text.trim() === '')) return undefined;
  if ('form' in body && body.form.length === 0) return undefined;
  if (method === 'GET') {
    throw new AuthctlError('usage', `${source} sends a body with GET, which cannot be declared`);
  }
  if ('form' in body) {
    pairsIn(finding, 'body', body.form);
    return 'form';
  }
  const type = headers.findLast(([name]) => /^content-type$/i.test(name))?.[1] ?? '';
  const text = body.text.trim();
  if (/^multipart\//i.test(type)) {
    throw new AuthctlError('usage', `${source} sends a multipart form, which cannot be declared`);
  }
  const isJson = /\bjson\b/i.test(type) || (/^[[{]/.test(text) && !/form/i.test(type));
  // Commands without a type send JSON as a form, and servers take it.
  const json = isJson || text.startsWith('{') ? parsed(text, source) : undefined;
  if (json !== undefined) {
    if (type === '' || /urlencoded/i.test(type)) {
      finding.doubt(
        '/login/0/request/json',
        `${source} does not say that the body is JSON; it is sent as application/json`,
      );
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new AuthctlError('usage', `the body of ${source} is JSON, but no object`);
    }
    membersIn(finding, { at: [], lists: [] }, json);
    return 'json';
  }
  if (isJson) throw new AuthctlError('usage', `the body of ${source} is not valid JSON`);
  if (/^<(\?|[A-Za-z][^<>]*>\s*<)/.test(text) || !text.includes('=')) {
    throw new AuthctlError('usage', `the body of ${source} is neither JSON nor a form`);
  }
  pairsIn(finding, 'body', formPairs(text));
  return 'form';
}

/** The value of a text that is nearly JSON; undefined if it is not. */
function parsed(text: string, source: string): unknown {
  if (isDeeper(text, deepest)) {
    throw new AuthctlError('usage', `the body of ${source} is nested too deeply`);
  }
  // As it is; with quotes from another shell; with names that stand where a number or text would.
  const named = text.length > 10_000 ? [] : [withQuotedNames(text)];
  for (const each of [text, text.replaceAll('\\"', '"'), ...named]) {
    try {
      return JSON.parse(each);
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** Quotes names that stand in JSON in place of values: `{"id": {{id}}, "age": $AGE}`. */
function withQuotedNames(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^"]+|"/gs) ?? [];
  return parts
    .map((part) =>
      part.startsWith('"')
        ? part
        : part.replace(
            /([:[,]\s*)(\{\{[^{}"]*\}\}|\$\{?\w+\}?|<[^<>"]*>|[A-Z][A-Z_]+|:[a-z_]+)(?=\s*[,}\]])/g,
            (_, before: string, name: string) => `${before}${JSON.stringify(name)}`,
          ),
    )
    .join('');
}

/** Where a value is in the body. */
interface Where {
  readonly at: readonly string[];
  readonly lists: readonly number[];
}

/** Adds what is in a JSON value. */
function membersIn(finding: Finding, { at, lists }: Where, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    finding.add(memberOf({ at, lists }, value));
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 && at.length > 0) {
    finding.doubt('/login/0/request/json', 'an empty list or object is left out');
  }
  const within = Array.isArray(value) ? [...lists, at.length] : lists;
  for (const [key, each] of entries) {
    if (isUnnameable(key)) {
      const { source } = finding.request;
      throw new AuthctlError('usage', `the body of ${source} has a name that is not printable`);
    }
    membersIn(finding, { at: [...at, key], lists: within }, each);
  }
}

function memberOf({ at, lists }: Where, value: unknown): Input {
  if (value === null) return { in: 'body', at, lists, required: false };
  const type = typeof value;
  const name = at.findLast((_, index) => !lists.includes(index)) ?? '';
  const item =
    typeof value === 'string' && lists.includes(at.length - 1) ? placeholderName(value) : undefined;
  return {
    in: 'body',
    at,
    ...(lists.length > 0 && { lists }),
    required: true,
    type: type === 'number' || type === 'boolean' ? type : 'string',
    ...(typeof value === 'string' ? sampleOf(name, value) : { sample: value }),
    ...(item !== undefined && { name: item }),
  };
}
