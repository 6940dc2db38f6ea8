/** Faulty answers: valid HTTP, but not what the provider's contract says. */
import { formsOf, secret } from '../e2e/accounts.ts';
import { answer, changed, type Fault, head, say, token, withToken } from './fault.ts';
import type { Asked } from './server.ts';

const page = '<!doctype html><title>Sign in</title><form action="/login">';
const latin1 = 'application/json; charset=iso-8859-1';
const utf16 = 'application/json; charset=utf-16';
const deep = (inside: string) => '['.repeat(10_000) + inside + ']'.repeat(10_000);

/** The whole request and its secret, as they are and in every encoding. */
function echo({ request }: Asked): string {
  return `${request} ${formsOf(secret).join(' ')} Basic ${Buffer.from(`me:${secret}`).toString('base64')}`;
}
/** The same on one line, for a status line. */
const echoInLine = (asked: Asked) => echo(asked).replace(/[\r\n\0]/g, ' ');

/** The name and the value of the token in a success. */
const named = new RegExp(`("[^"]+"):("${token}")`);

const inOneHour = () => new Date(Date.now() + 3_600_000).toUTCString();

/** By the server's answer. */
export const answers: Readonly<Record<string, Fault>> = {
  'a page': { exit: 7, says: 'a page, not JSON', act: changed(() => page) },
  nothing: { exit: 7, says: 'an empty body', act: changed(() => '') },
  'white space': { exit: 7, says: 'not JSON', act: changed(() => ' \n\t ') },
  '204': { exit: 7, says: 'an empty body', act: say(() => head(204)) },
  'half of its JSON': { exit: 7, says: 'not JSON', act: changed((body) => body.slice(0, -1)) },
  'its JSON twice': { exit: 7, says: 'not JSON', act: changed((body) => body + body) },
  'JSON with a comment': { exit: 7, says: 'not JSON', act: changed((body) => `${body} // ok`) },
  'UTF-16': {
    exit: 7,
    says: 'not UTF-8',
    act: changed((body) => Buffer.from(`\ufeff${body}`, 'utf16le')),
  },
  'Latin-1': {
    exit: 7,
    says: 'not UTF-8',
    act: changed((body) => Buffer.from(body.replace('{', '{"é":1,'), 'latin1')),
  },
  'Latin-1, as it declares': {
    exit: 0,
    act: say(({ status, body }) =>
      answer(status, Buffer.from(body.replace('{', '{"é":1,'), 'latin1'), [], latin1),
    ),
  },
  'UTF-16, as it declares': {
    exit: 0,
    act: say(({ status, body }) => answer(status, Buffer.from(body, 'utf16le'), [], utf16)),
  },
  'a charset that nobody knows': {
    exit: 7,
    says: 'a charset that is not known, x-none',
    act: say(({ status, body }) => answer(status, body, [], 'application/json; charset=x-none')),
  },
  '403 in a charset that nobody knows': {
    exit: 4,
    says: 'refused the credentials (403 with a body in a charset that is not known, x-none)',
    act: say(() => answer(403, '{}', [], 'application/json; charset=x-none')),
  },
  null: { exit: 7, act: changed(() => 'null') },
  'a number': { exit: 7, act: changed(() => '200') },
  'a string': { exit: 7, act: changed(() => `"${token}"`) },
  'an array': { exit: 7, act: changed((body) => `[${body}]`) },
  'its JSON inside of 10,000 arrays': { exit: 7, act: changed(deep) },

  'no token': { exit: 7, says: 'has no token', act: withToken('null') },
  'a token under another name': {
    exit: 7,
    says: 'has no token',
    act: changed((body) => body.replace(named, '"jeton":$2')),
  },
  'a token inside of __proto__': {
    exit: 7,
    says: 'has no token',
    act: changed((body) => body.replace(named, '"__proto__":{$1:$2}')),
  },
  'a token that is a number': { exit: 7, says: 'is not a string', act: withToken('12345') },
  'a token that is true': { exit: 7, says: 'is not a string', act: withToken('true') },
  'a token that is an object': {
    exit: 7,
    says: 'is not a string',
    act: withToken(`{"a":"${token}"}`),
  },
  'a token in an array': {
    exit: 7,
    says: 'is not a string',
    act: withToken(`["${token}"]`),
  },
  'a token that is 10,000 nested arrays': {
    exit: 7,
    says: 'is not a string',
    act: withToken(deep('1')),
  },
  'an empty token': { exit: 7, says: 'is empty', act: withToken('""') },
  'a token of 70 KB': {
    exit: 7,
    says: 'longer than 65,536',
    act: withToken(`"${'x'.repeat(70_000)}"`),
  },
  'a token with a line break': {
    exit: 7,
    says: 'other than printable ASCII',
    act: withToken('"a\\nb"'),
  },
  'a token that sets a title': {
    exit: 7,
    says: 'other than printable ASCII',
    act: withToken('"\\u001b]0;t\\u0007"'),
  },
  'a token that is not ASCII': {
    exit: 7,
    says: 'other than printable ASCII',
    act: withToken('"töken"'),
  },
  'two tokens': {
    exit: 7,
    says: 'a duplicate name',
    act: changed((body) => body.replace(named, '$1:"other",$1:$2')),
  },
  'two tokens, one of them under an escaped name': {
    exit: 7,
    says: 'a duplicate name',
    act: changed((body) =>
      body.replace(named, (_, name: string, value: string) => {
        const spelt = name.replace('t', '\\u0074');
        return `${name}:"other",${spelt}:${value}`;
      }),
    ),
  },
  'a duplicate name beside the token': {
    exit: 7,
    says: 'a duplicate name',
    act: changed((body) => body.replace('{', '{"x":[{"a":1,"a":1}],')),
  },

  '404 with a page': { exit: 7, says: '404', act: say(() => answer(404, page)) },
  '405': { exit: 7, says: '405', act: say(() => answer(405, '{}')) },
  '407, though it is not a proxy': { exit: 7, says: '407', act: say(() => answer(407, '{}')) },
  'a redirect that carries the credentials': {
    exit: 7,
    says: 'a redirect to https://evil.example',
    act: say(({ body }) => {
      const query = encodeURIComponent(secret);
      return answer(307, body, [`Location: https://evil.example/${query}?x=${query}`]);
    }),
  },
  '304': { exit: 7, says: 'a redirect', act: say(() => head(304)) },
  '401 with a page that repeats the request': {
    exit: 7,
    says: '401 with a page, not JSON',
    act: say((asked) => answer(401, page + echo(asked))),
  },
  '403 with JSON that repeats the request': {
    exit: 4,
    says: '***',
    act: say((asked) => {
      const words = echo(asked);
      const said = { message: words, errorText: words, details: [words], tracing_id: words };
      return answer(403, JSON.stringify({ ...said, errors: [said] }));
    }),
  },
  '401 with a token that the message repeats': {
    exit: 4,
    says: '***',
    act: say(({ body }) => {
      const said = { message: token, errorText: token, details: [token], tracing_id: token };
      return answer(401, JSON.stringify({ ...JSON.parse(body), ...said, errors: [said] }));
    }),
  },
  '401 with a reason phrase that repeats the request': {
    exit: 4,
    says: 'refused the credentials',
    act: say((asked) => answer(`401 ${echoInLine(asked)}`, '')),
  },
  '500 with a page that repeats the request': {
    exit: 5,
    says: 'answered 500',
    act: say((asked) => answer(500, page + echo(asked))),
  },
  '503': { exit: 5, says: 'answered 503', requests: 2, act: say(() => answer(503, page)) },
  '503 until tomorrow': {
    exit: 5,
    says: 'answered 503',
    act: say(() => answer(503, '', ['Retry-After: 86400'])),
  },
  '503 once': {
    exit: 0,
    requests: 2,
    act: say(({ count, status, body }) =>
      count === 1 ? answer(503, '', ['Retry-After: 0']) : answer(status, body),
    ),
  },
  '429 with a Retry-After in seconds': {
    exit: 6,
    says: 'try again in 3600 s',
    act: say(() => answer(429, '', ['Retry-After: 3600'])),
  },
  '429 with a Retry-After that is a date': {
    exit: 6,
    says: 'try again in 3',
    act: say(() => answer(429, '', [`Retry-After: ${inOneHour()}`])),
  },
  '429 with a Retry-After of 400 digits': {
    exit: 6,
    says: 'try again in 31536000 s',
    act: say(() => answer(429, '', [`Retry-After: ${'9'.repeat(400)}`])),
  },
  '429 with an invalid Retry-After': {
    exit: 6,
    requests: 2,
    act: say(() => answer(429, '{"message":[{}]}', ['Retry-After: soon'])),
  },
  'an undefined status': { exit: 5, says: '999', act: say(() => answer(999, '{}')) },
  'its JSON after a byte order mark': { exit: 0, act: changed((body) => `\ufeff${body}`) },
  'its JSON with unknown members': {
    exit: 0,
    act: changed((body) =>
      body.replace('{', '{"constructor":{"prototype":1},"__proto__":{"token":1},"":"",'),
    ),
  },
};
