import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findCookie } from '../../src/declaration/cookie.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const find = (...lines: string[]) => findCookie(lines, 'sid', now);
const past = 'Thu, 01 Jan 2026 00:00:00 GMT';
const future = 'Sat, 03 Jan 2026 00:00:00 GMT';

describe('a cookie', () => {
  test.each<[string, string, object]>([
    ['a name and a value', 'sid=abc', { value: 'abc' }],
    ['attributes', 'sid=abc; Path=/; HttpOnly; Secure; SameSite=Lax', { value: 'abc' }],
    ['white space around its parts', ' sid = abc ;  Max-Age = 60 ', { value: 'abc', maxAge: 60 }],
    ['no white space', 'sid=abc;max-age=60;path=/', { value: 'abc', maxAge: 60 }],
    ['= in its value', 'sid=a=b==; Path=/', { value: 'a=b==' }],
    ['quotes, which are a part of its value', 'sid="abc"', { value: '"abc"' }],
    ['a comma in its value', 'sid=a,b', { value: 'a,b' }],
    ['its age', 'sid=abc; Max-Age=60', { value: 'abc', maxAge: 60 }],
    ['its age in capitals', 'sid=abc; MAX-AGE=60', { value: 'abc', maxAge: 60 }],
    ['its end', `sid=abc; Expires=${future}`, { value: 'abc', expires: Date.parse(future) }],
    [
      'its end with dashes, as servers wrote it once',
      'sid=abc; expires=Sat, 03-Jan-2026 00:00:00 GMT',
      { value: 'abc', expires: Date.parse(future) },
    ],
    [
      'both',
      `sid=abc; Expires=${future}; Max-Age=60`,
      { value: 'abc', maxAge: 60, expires: Date.parse(future) },
    ],
    [
      'its age twice, of which the last counts',
      'sid=a; Max-Age=0; Max-Age=9',
      { value: 'a', maxAge: 9 },
    ],
    ['an age that is no number', 'sid=abc; Max-Age=soon', { value: 'abc' }],
    ['an age without a value', 'sid=abc; Max-Age', { value: 'abc' }],
    ['an end that is no time', 'sid=abc; Expires=soon', { value: 'abc' }],
    [
      'an end that has passed, but an age',
      `sid=a; Expires=${past}; Max-Age=9`,
      { value: 'a', maxAge: 9, expires: Date.parse(past) },
    ],
  ])('is read with %s', (_what, line, expected) => {
    const { value, maxAge, expires } = find(line) ?? {};
    expect({ value, maxAge, expires }).toEqual(expected);
  });

  test.each([
    ['without an answer that sets it'],
    ['of another name', 'sid2=abc', 'xsid=abc', 'SID=abc'],
    ['without a value', 'sid'],
    ['without a name', '=sid', '; sid=abc'],
    ['with an empty value', 'sid=', 'sid=; Path=/', 'sid=  '],
    ['to be removed by its age', 'sid=abc; Max-Age=0'],
    ['to be removed by an age below zero', 'sid=abc; Max-Age=-1'],
    ['to be removed by its end', `sid=deleted; Expires=${past}`],
    ['that ends at this moment', `sid=abc; Expires=${new Date(now).toUTCString()}`],
    ['to be removed by its age, whatever its end', `sid=abc; Expires=${future}; Max-Age=0`],
    ['as an attribute of another one', 'other=a; sid=abc'],
  ])('is absent: one %s', (_what, ...lines) => {
    expect(find(...lines)).toBeUndefined();
  });

  test('that is set twice to the same value counts as it was set last', () => {
    expect(find('sid=abc; Max-Age=60', 'other=x', 'sid=abc; Max-Age=90')).toMatchObject({
      value: 'abc',
      maxAge: 90,
    });
  });

  test('that is removed and set again has its new value', () => {
    expect(find('sid=; Max-Age=0', 'sid=abc')).toMatchObject({ value: 'abc' });
    expect(find('sid=abc', `sid=old; Expires=${past}`)).toMatchObject({ value: 'abc' });
  });

  test('that is set to different values is a bad answer', () => {
    expect(() => find('sid=secret-a', 'sid=secret-b')).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message: 'the answer sets the cookie sid twice, to different values',
      }),
    );
    expect(() => find('sid=a; Path=/a', 'sid=b; Path=/b', 'sid=b')).toThrow('twice');
  });

  test('has the value that a server wrote, whatever it is', () => {
    const value = fc.stringMatching(/^[!#-+--:<-[\]-~]+$/);
    fc.assert(
      fc.property(value, (text) => {
        expect(find(`sid=${text}; Path=/`)?.value).toBe(text);
      }),
    );
  });

  test('never makes the program crash', () => {
    const text = fc.string({ unit: fc.constantFrom(...'sid=;, \t"Max-Age0Expires1\n') });
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (line) => {
        const cookie = find(line);
        if (cookie) expect(cookie.value).not.toBe('');
      }),
    );
  });
});
