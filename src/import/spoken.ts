/** What a user types of a login → what an importer would have found. */
import type { Place } from '../declaration/declaration.ts';
import { escaped } from '../declaration/pointer.ts';
import { type FoundLogin, type Input, methods } from './found.ts';

/** The answers to the questions about a login. */
export interface Spoken {
  readonly title: string;
  readonly server: string;
  /** Such as `POST /login`. */
  readonly operation: string;
  readonly sent: 'json' | 'form' | 'basic';
  /** Names with commas between; `name=value` for one that is always the same. */
  readonly fields: string;
}

/** `POST /login`, `/login`, `get login?x=1` → method and path. Undefined if it is neither. */
export function operationOf(
  text: string,
): { readonly method: FoundLogin['method']; readonly path: string } | undefined {
  const [, verb = 'POST', path = ''] =
    /^(?:(get|post|put|patch|delete)\s+)?(\S+)$/i.exec(text.trim()) ?? [];
  const method = methods.find((each) => each === verb.toUpperCase());
  if (!method || path === '' || /[?#{}]|^https?:/i.test(path)) return undefined;
  return { method, path: path.startsWith('/') ? path : `/${path}` };
}

/** The names that were typed; undefined if they are none. */
export function fieldsOf(text: string): readonly Input[] | undefined {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0 || words.some((word) => !/^[\w$@:.[\]-]+(\s*=.*)?$/.test(word)))
    return undefined;
  return words.map((word) => {
    const [, name = '', value] = /^([^=]*?)\s*(?:=\s*(.*))?$/.exec(word) ?? [];
    const field = { in: 'body', at: [name], required: true, type: 'string' } as const;
    return value === undefined ? field : { ...field, constant: value };
  });
}

/** The login that was described; undefined if a part of it is not understood. */
export function loginOf({
  title,
  server,
  operation,
  sent,
  fields,
}: Spoken): FoundLogin | undefined {
  const request = operationOf(operation);
  const inputs = fieldsOf(fields);
  if (!request || !inputs) return undefined;
  const found = { title, ...request, servers: [{ url: server }], doubts: [] };
  if (sent !== 'basic') {
    // A dot in a form's name is a part of it.
    const split = (each: Input) => ({ ...each, at: (each.at[0] ?? '').split('.') });
    return { ...found, body: sent, inputs: sent === 'json' ? inputs.map(split) : inputs };
  }
  const [user, password, third] = inputs.map(({ at: [name = ''] }) => name);
  if (user === undefined || password === undefined || third !== undefined) return undefined;
  return { ...found, basic: { user, password }, inputs: [] };
}

/** `token`, `data.token`, `/data/token` → a place in JSON; `header X`, `cookie x` and `text` → others. */
export function placeOf(text: string): Place {
  const plain = text.trim();
  const [, kind, name] = /^(header|cookie)\s+(\S+)$/i.exec(plain) ?? [];
  if (name !== undefined) {
    return kind?.toLowerCase() === 'header' ? { header: name } : { cookie: name };
  }
  if (plain.startsWith('/')) return plain;
  const steps = plain.replace(/^\$\.?/, '').replace(/\[(\d+)\]/g, '.$1');
  return `/${steps.split('.').map(escaped).join('/')}`;
}

/** A server as a declaration has it: `api.example.com/` → `https://api.example.com`. */
export function serverOf(text: string): string {
  const plain = text.trim().replace(/\/+$/, '');
  return plain === '' || /^[a-z]+:\/\//i.test(plain) ? plain : `https://${plain}`;
}

/**
 * Whether nothing is missing at the end of a pasted command: no line goes on, no quote is open. Both
 * POSIX shells' and cmd's ways to go on count, and PowerShell's.
 */
export function isWholeCommand(text: string): boolean {
  if (/[\\^`]\s*$/.test(text)) return false;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '') {
      if (character === '\\' || character === '^') at++;
      else if (character === "'" || character === '"') {
        quote = character === "'" && text[at - 1] === '$' ? "$'" : character;
      }
    } else if (character === '\\' && quote !== "'") at++;
    else if (character === quote.at(-1)) quote = '';
  }
  return quote === '';
}
