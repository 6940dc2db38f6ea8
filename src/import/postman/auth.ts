/** The authentication of a collection's request. */
import type { FoundDoubt } from '../found.ts';
import { hasSecretWord } from '../names.ts';
import { member, type Pairs, textOf } from '../outside.ts';

/** The authentication that an item declares; undefined if it takes that of its folder. */
export function authOf(item: unknown): unknown {
  const auth = member(item, 'auth');
  return typeof auth === 'object' && auth !== null ? auth : undefined;
}

/** What the authentication adds to a request. */
export function loginOf(
  auth: unknown,
  doubts: FoundDoubt[],
): { readonly headers: Pairs; readonly query: Pairs; readonly user?: readonly [string, string] } {
  const type = textOf(auth, 'type');
  const none = { headers: [], query: [] };
  const own = member(auth, type);
  // A list in version 2.1, an object in 2.0.
  const value = (name: string) =>
    Array.isArray(own)
      ? textOf(
          own.find((each) => textOf(each, 'key') === name),
          'value',
        )
      : textOf(own, name);
  if (type === '' || type === 'noauth') return none;
  if (type === 'basic') return { ...none, user: [value('username'), value('password')] };
  if (type === 'bearer') {
    return { ...none, headers: [['Authorization', `Bearer ${value('token') || '{{token}}'}`]] };
  }
  if (type === 'apikey') {
    const pair = [value('key') || 'X-API-Key', value('value') || '{{api_key}}'] as const;
    // Whatever its name, the value is a key.
    const key: Pairs = [hasSecretWord(pair[0]) ? pair : [pair[0], '{{api_key}}']];
    return value('in') === 'query' ? { ...none, query: key } : { ...none, headers: key };
  }
  const words = /^[a-z0-9]{1,20}$/.test(type) ? type : 'another kind';
  doubts.push({
    pointer: '/login/0/request',
    text: `the authentication of the request (${words}) is left out`,
  });
  return none;
}
