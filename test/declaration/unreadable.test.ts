import { expect, test } from '@jest/globals';
import { requireSuccess } from '../../src/declaration/answer.ts';
import { readAnswer } from '../../src/declaration/place.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { ropo } from '../../src/providers/ropo.ts';
import { answerOf } from '../answers.ts';

const unknown = (status: number) => ({
  ...answerOf({ status, body: '{}' }),
  problem: 'a body in a charset that is not known, utf-7',
});

test.each([
  [200, 'bad_answer', 'answered 200 with a body in a charset that is not known, utf-7'],
  [
    401,
    'refused',
    'refused the credentials (401 with a body in a charset that is not known, utf-7)',
  ],
  [
    403,
    'refused',
    'refused the credentials (403 with a body in a charset that is not known, utf-7)',
  ],
  [429, 'rate_limited', 'answered 429, too many requests'],
  [500, 'server_error', 'answered 500, a server error'],
])('a %i in an unknown charset is %s', (status, code, words) => {
  expect(() => requireSuccess(ropo, readAnswer(unknown(status)), 'credentials')).toThrow(
    expect.objectContaining({ code, message: `${ropo.title} ${words}` }),
  );
});

test.each([
  ['Latin-1 that is not declared', Buffer.from('<p>Zugriff für Sie gesperrt', 'latin1')],
  ['UTF-16 that is not declared', Buffer.from('\ufeff<p>é', 'utf16le')],
  ['big-endian UTF-16', Buffer.from('\ufeff<p>é', 'utf16le').swap16()],
])('a page in %s is no refusal', (_, body) => {
  const read = readAnswer(answerOf({ status: 403, body }));
  expect(() => requireSuccess(ropo, read, 'credentials')).toThrow(
    expect.objectContaining({ code: 'bad_answer' }),
  );
});

test('a token that is the whole text needs a text that can be read', () => {
  const provider = { ...ropo, answer: { token: { text: true } as const } };
  expect(() => readTokenSet(provider, unknown(200), { sent: 'credentials' })).toThrow(
    'answered 200 with a body in a charset that is not known, utf-7',
  );
});
