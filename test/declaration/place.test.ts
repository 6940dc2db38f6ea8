import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Place } from '../../src/declaration/declaration.ts';
import { describePlace, isPointer, readAnswer, valueAt } from '../../src/declaration/place.ts';
import { type AnswerParts, answerOf } from '../answers.ts';

const fields = new Map([['tenant', 'acme']]);
const at = (parts: AnswerParts, place: Place) =>
  valueAt(
    readAnswer(answerOf(parts), (name) => fields.get(name)),
    place,
  );

const body = { a: { b: [1, { c: 'x' }] }, nil: null };
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const date = new Date(now).toUTCString();

describe('a value', () => {
  test.each<[string, AnswerParts, Place, unknown]>([
    ['by a pointer', { body }, '/a/b/1/c', 'x'],
    ['by a pointer to an object', { body }, '/a/b/1', { c: 'x' }],
    ['by a pointer to null', { body }, '/nil', null],
    ['by the pointer to the whole', { body }, '', body],
    ['by the pointer to the whole, which is a text', { body: '"x"' }, '', 'x'],
    ['in JSON with a line end', { body: '{"a":1}\r\n' }, '/a', 1],
    [
      'in JSON, whatever its Content-Type',
      { body, headers: { 'content-type': 'text/html' } },
      '/nil',
      null,
    ],
    ['in a header', { headers: { 'x-token': 'abc' } }, { header: 'x-token' }, 'abc'],
    [
      'in a header in another case',
      { headers: { 'x-token': 'abc' } },
      { header: 'X-ToKen' },
      'abc',
    ],
    [
      'in a header of an answer that is no JSON',
      { headers: { a: 'b' }, body: '<' },
      { header: 'A' },
      'b',
    ],
    ['in a cookie', { cookies: ['sid=abc; Path=/'] }, { cookie: 'sid' }, 'abc'],
    ['in one of several cookies', { cookies: ['a=1', 'sid=abc', 'b=2'] }, { cookie: 'sid' }, 'abc'],
    [
      'in a cookie whose name has a field',
      { cookies: ['sid_acme=abc'] },
      { cookie: 'sid_{tenant}' },
      'abc',
    ],
    [
      'in a cookie that is set twice alike',
      { cookies: ['sid=abc', 'sid=abc'] },
      { cookie: 'sid' },
      'abc',
    ],
    [
      'in a cookie that ends by the server’s clock',
      {
        cookies: [`sid=abc; Expires=${new Date(now + 1000).toUTCString()}`],
        headers: { date },
        receivedAt: now + 9e6,
      },
      { cookie: 'sid' },
      'abc',
    ],
    [
      'in a cookie that ends by the local clock',
      { cookies: [`sid=abc; Expires=${new Date(now + 1000).toUTCString()}`], receivedAt: now },
      { cookie: 'sid' },
      'abc',
    ],
    ['in the whole text', { body: 'abc' }, { text: true }, 'abc'],
    ['in the whole text, less a line feed', { body: 'abc\n' }, { text: true }, 'abc'],
    [
      'in the whole text, less a carriage return and line feed',
      { body: 'abc\r\n' },
      { text: true },
      'abc',
    ],
    ['in the whole text, less only one line end', { body: 'abc\n\n' }, { text: true }, 'abc\n'],
    ['in the whole text, with a line end before it', { body: '\nabc' }, { text: true }, '\nabc'],
    ['in the whole text, with a carriage return alone', { body: 'abc\r' }, { text: true }, 'abc\r'],
    ['in the whole text, with its spaces', { body: ' abc ' }, { text: true }, ' abc '],
    ['in the whole text, which may be JSON', { body: '{"a":1}' }, { text: true }, '{"a":1}'],
  ])('is read %s', (_what, parts, place, expected) => {
    expect(at(parts, place)).toEqual(expected);
  });

  test.each<[string, AnswerParts, Place]>([
    ['at a pointer to nothing', { body }, '/a/c'],
    ['at a pointer into a text', { body }, '/a/b/1/c/0'],
    ['at a pointer into a page', { body: '<p>' }, '/a'],
    ['at a pointer into nothing', {}, ''],
    ['at a pointer into JSON with a name twice', { body: '{"a":1,"a":1}' }, '/a'],
    ['at a pointer into JSON that is not UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, ''],
    ['in a header that is missing', { headers: { a: 'b' } }, { header: 'X-Token' }],
    ['in a header by the name of a method', {}, { header: 'toString' }],
    ['in a cookie that is missing', { cookies: ['a=b'] }, { cookie: 'sid' }],
    ['in a cookie, without any', {}, { cookie: 'sid' }],
    ['in a cookie that is empty', { cookies: ['sid='] }, { cookie: 'sid' }],
    ['in a cookie with Max-Age=0', { cookies: ['sid=abc; Max-Age=0'] }, { cookie: 'sid' }],
    [
      'in a cookie that has ended',
      { cookies: ['sid=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT'] },
      { cookie: 'sid' },
    ],
    [
      'in a cookie that has ended by the server’s clock',
      { cookies: [`sid=abc; Expires=${date}`], headers: { date }, receivedAt: 0 },
      { cookie: 'sid' },
    ],
    [
      'in a cookie that has ended by the local clock',
      { cookies: [`sid=abc; Expires=${date}`], receivedAt: now },
      { cookie: 'sid' },
    ],
    [
      'in a cookie whose name has a field without a value',
      { cookies: ['sid_=abc', 'sid_{user}=abc'] },
      { cookie: 'sid_{user}' },
    ],
    ['in the header of cookies', { headers: { 'set-cookie': 'sid=abc' } }, { cookie: 'sid' }],
    ['in an empty text', { body: '' }, { text: true }],
    ['in a text that is only a line end', { body: '\r\n' }, { text: true }],
    ['in a text that is not UTF-8', { body: new Uint8Array([0x61, 0xff]) }, { text: true }],
  ])('is missing %s', (_what, parts, place) => {
    expect(at(parts, place)).toBeUndefined();
  });

  test('in a cookie that is set to two different values is a bad answer', () => {
    expect(() => at({ cookies: ['sid=secret-a', 'sid=secret-b'] }, { cookie: 'sid' })).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        exitCode: 7,
        message: 'the answer sets the cookie sid twice, to different values',
      }),
    );
  });

  test('in a cookie that is removed for one path and set for another is read', () => {
    const cookies = ['sid=; Path=/; Max-Age=0', 'sid=abc; Path=/api'];
    expect(at({ cookies }, { cookie: 'sid' })).toBe('abc');
  });

  test('in the whole text is what the server wrote, less one line end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        for (const end of ['\n', '\r\n'])
          expect(at({ body: text + end }, { text: true })).toBe(text);
      }),
    );
  });
});

test.each<[Place, string]>([
  ['/data/token', '/data/token'],
  ['', 'the whole answer'],
  [{ header: 'X-Token' }, 'the header X-Token'],
  [{ cookie: 'sid' }, 'the cookie sid'],
  [{ text: true }, 'the whole text'],
])('the place %j is called %s', (place, words) => {
  expect(describePlace(place)).toBe(words);
  expect(isPointer(place)).toBe(typeof place === 'string');
});
