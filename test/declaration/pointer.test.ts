import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolvePointer } from '../../src/declaration/pointer.ts';

/** The document of RFC 6901, 5. */
const rfc: unknown = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
);

describe('the examples of RFC 6901', () => {
  test.each<[string, unknown]>([
    ['', rfc],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j', (pointer, expected) => {
    expect(resolvePointer(rfc, pointer)).toEqual(expected);
  });
});

describe('a pointer', () => {
  test.each([
    '/bar',
    '/foo/2',
    '/foo/-',
    '/foo/00',
    '/foo/01',
    '/foo/1e0',
    '/foo/ 1',
    '/foo/length',
    '/foo/0/0',
    '/foo/0/length',
    '/a/b',
    '/constructor',
    '/toString',
    '/__proto__',
    '/hasOwnProperty/call',
  ])('%j finds nothing', (pointer) => {
    expect(resolvePointer(rfc, pointer)).toBeUndefined();
  });

  test.each([null, undefined, 'text', 1, true])('finds nothing in %j', (document) => {
    expect(resolvePointer(document, '/length')).toBeUndefined();
  });

  test('finds values with unusual names', () => {
    const document: unknown = JSON.parse(
      '{"__proto__": {"constructor": 1}, "~1": 2, "~": {"/": 3}}',
    );
    expect(resolvePointer(document, '/__proto__/constructor')).toBe(1);
    expect(resolvePointer(document, '/~01')).toBe(2);
    expect(resolvePointer(document, '/~0/~1')).toBe(3);
  });

  test('finds every value of every document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        for (const [pointer, value] of places(document, '')) {
          expect(resolvePointer(document, pointer)).toBe(value);
        }
      }),
    );
  });
});

/** Every value in a document, with the pointer to it. */
function places(value: unknown, pointer: string): [string, unknown][] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    [pointer, value],
    ...inside.flatMap(([key, item]) =>
      places(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ),
  ];
}
