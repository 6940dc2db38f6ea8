import { describe, expect, test } from '@jest/globals';
import { requireSuccess } from '../../src/declaration/answer.ts';
import { bodyText, shownText } from '../../src/declaration/charset.ts';
import { readAnswer } from '../../src/declaration/place.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { ropo } from '../../src/providers/ropo.ts';
import { answerOf } from '../answers.ts';

const bytes = (...values: readonly number[]) => new Uint8Array(values);
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

/** An answer with a body in a declared charset. */
function declared(charset: string, body: Uint8Array, status = 200) {
  return answerOf({ status, body, headers: { 'content-type': `application/json;${charset}` } });
}

describe('an answer is read by its charset', () => {
  test.each<[string, Uint8Array, string]>([
    ['', Buffer.from('é'), 'é'],
    ['charset=utf-8', Buffer.from('\ufeffé'), 'é'],
    ['charset=utf8', Buffer.from('é'), 'é'],
    ['charset=ISO-8859-1', Buffer.from('é', 'latin1'), 'é'],
    ['charset=us-ascii', Buffer.from('a'), 'a'],
    ['charset=windows-1252', bytes(0x80, 0x93, 0xe9), '€“é'],
    ['charset=latin1', bytes(0x80), '€'],
    [' Charset = "windows-1252" ; x=y', bytes(0x80), '€'],
    ["charset='iso-8859-15'", bytes(0xa4), '€'],
    ['charset=shift_jis', bytes(0x82, 0xa0), 'あ'],
    ['charset=utf-16', Buffer.from('\ufeff"é"', 'utf16le'), '"é"'],
    ['charset=utf-16', Buffer.from('"é"', 'utf16le'), '"é"'],
    ['charset=utf-16', swapped('\ufeff"é"'), '"é"'],
    ['charset=utf-16', swapped('"é"'), '"é"'],
    ['charset=utf-16be', swapped('"é"'), '"é"'],
    ['charset=utf-16le', Buffer.from('"é"', 'utf16le'), '"é"'],
    // A wrong label does not make a good answer useless.
    ['charset=utf-16', Buffer.from('"é"'), '"é"'],
    ['charset=iso-8859-1', Buffer.from('\ufeff"é"'), '"é"'],
    ['charset=', Buffer.from('é'), 'é'],
  ])('%s (%#)', (charset, body, text) => {
    expect(bodyText(declared(charset, body))).toEqual({ text });
    expect(shownText(declared(charset, body))).toBe(text);
  });

  test.each<[string, Uint8Array, string]>([
    ['', bytes(0x22, 0xe9, 0x22), 'a body that is not UTF-8'],
    ['charset=utf-8', bytes(0x22, 0xe9, 0x22), 'a body that is not UTF-8'],
    ['charset=utf-16', bytes(0, 0x22, 0), 'a body that is not utf-16be'],
    ['charset=shift_jis', bytes(0x82), 'a body that is not shift_jis'],
    ['charset=utf-7', Buffer.from('{}'), 'a body in a charset that is not known, utf-7'],
    ['charset=<b>', Buffer.from('{}'), 'a body in a charset that is not known'],
  ])('or it says why not: %s (%#)', (charset, body, problem) => {
    expect(bodyText(declared(charset, body))).toEqual({ problem });
  });
});

const unknown = (status: number) => declared('charset=utf-7', Buffer.from('{}'), status);

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
