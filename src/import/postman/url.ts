/** URLs of a collection, and the variables in them. */
import { hasSecretWord, isIdentityName } from '../names.ts';
import { listOf, member, pairsOf, textOf } from '../outside.ts';
import { looksSecret } from '../placeholders.ts';

/** Values of a collection's variables, by name. */
export type Variables = ReadonlyMap<string, string>;

/** The collection's variables whose values nobody has to hide. */
export function variablesOf(collection: unknown): Variables {
  const pairs = listOf(member(collection, 'variable'))
    .filter((each) => member(each, 'disabled') !== true && textOf(each, 'type') !== 'secret')
    .map((each) => [textOf(each, 'key') || textOf(each, 'id'), textOf(each, 'value')] as const);
  return new Map(pairs.filter(([name, value]) => isHarmless(name, value)));
}

/** A text with the variables filled in. */
export function withVariables(text: string, variables: Variables): string {
  let filled = text;
  // A variable may name another.
  for (let round = 0; round < 5 && filled.includes('{{') && filled.length < 10_000; round++) {
    filled = filled.replace(/\{\{\s*([^{}]{1,100}?)\s*\}\}/g, (all, name: string) => {
      const value = variables.get(name);
      return value === undefined || value.length > 1000 ? all : value;
    });
  }
  return filled;
}

/** A URL's text, with the variables filled in. */
export function urlText(url: unknown, variables: Variables): string {
  if (typeof url === 'string') return withVariables(url, variables);
  const raw = textOf(url, 'raw');
  const [beforeQuery = ''] = (raw === '' ? joined(url) : raw).split(/[?#]/);
  const query = pairsOf(member(url, 'query'), 'key')
    .map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`)
    .join('&');
  const own = new Map(
    pairsOf(member(url, 'variable'), 'key').filter(([name, value]) => isHarmless(name, value)),
  );
  const path = beforeQuery.replace(
    /(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g,
    (all, name: string) => own.get(name) || all,
  );
  return withVariables(query === '' ? path : `${path}?${query}`, variables);
}

function isHarmless(name: string, value: string): boolean {
  if (name === '' || value === '' || value.length > 1000 || hasSecretWord(name)) return false;
  // The address of a server, which other rules look at.
  if (/^(https?:\/\/)?[a-z0-9.-]+\.[a-z]{2,}(:\d+)?(\/[\w./~-]*)?$/i.test(value)) return true;
  if (/^https?:\/\/[\w.{}-]+(:\d+)?[\w./~{}-]*$/i.test(value)) return true;
  return !isIdentityName(name) && !looksSecret(value) && /^[\w./{}-]{1,40}$/.test(value);
}

/** The text of a URL of parts. */
function joined(url: unknown): string {
  const parts = (name: string, between: string) => {
    const value = member(url, name);
    if (typeof value === 'string') return value;
    return listOf(value)
      .map((each) => (typeof each === 'string' ? each : textOf(each, 'value')))
      .join(between);
  };
  const [protocol, host, path] = [textOf(url, 'protocol'), parts('host', '.'), parts('path', '/')];
  const port = textOf(url, 'port');
  if (host === '' && path === '') return '';
  const scheme = protocol === '' ? '' : `${protocol.replace(/:\/*$/, '')}://`;
  return `${scheme}${host}${port === '' ? '' : `:${port}`}/${path.replace(/^\//, '')}`;
}

/** Keeps `{{name}}` as it is. */
function encodeText(text: string): string {
  return text.replace(/[&#+]/g, (sign) => encodeURIComponent(sign));
}
