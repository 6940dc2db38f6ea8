/** The values of queries and forms, and what they stand for. */
import type { Input } from '../found.ts';
import { isIdentityName, isSecretName } from '../names.ts';
import type { Pairs } from '../outside.ts';
import { decoded, hasUnprintable } from '../texts.ts';
import { type Finding, isUnnameable } from './finding.ts';

/** Name and value of a form's or a query's parts. */
export function formPairs(text: string): Pairs {
  if (text === '') return [];
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', value = ''] = part.trim().split(/=(.*)/s);
      return [decoded(name.replaceAll('+', ' ')), decoded(value.replaceAll('+', ' '))];
    });
}

/** Adds the parts of a query or of a form. */
export function pairsIn(finding: Finding, place: 'query' | 'body', pairs: Pairs): void {
  const seen = new Set<string>();
  const where = `/login/0/request/${place === 'body' ? 'form' : 'query'}`;
  for (const [name, value] of pairs) {
    if (name === '' && value === '') continue;
    if (isUnnameable(name)) {
      finding.doubt(where, 'a name with control characters is left out');
    } else if (seen.has(name)) {
      finding.doubt(where, 'a name stands twice, and is sent once');
    } else {
      seen.add(name);
      finding.add({ in: place, at: [name], required: true, ...textValue(name, value) });
    }
  }
}

/** A value of a form: `true` and short numbers stay, as they do in JSON. */
function textValue(name: string, value: string): Partial<Input> {
  if (/^(true|false)$/.test(value)) return { constant: value };
  if (/^\d{1,4}$/.test(value) && !isSecretName(name) && !isIdentityName(name)) {
    return { constant: value };
  }
  return sampleOf(name, value);
}

/** A text: a GraphQL document stays, if it has nothing that could be a secret. */
export function sampleOf(name: string, value: string): Pick<Input, 'constant' | 'sample'> {
  const isQuery = name === 'query' && /^\s*(mutation|query)\b/.test(value);
  const isHarmless =
    !/["\\]|\d{5}/.test(value) && value.length <= 8000 && !hasUnprintable(value.replace(/\s/g, ''));
  return isQuery && isHarmless ? { constant: value } : { sample: value };
}
