import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findJsonError } from '../../src/config/json-error.ts';

test.each([
  ['an unquoted value', '{"a": b}', 1, 7],
  ['a comma before the end', '{\n  "a": 1,\n}', 3, 1],
  ['a missing comma', '{\r\n  "a": 1\r\n  "b": 2\r\n}', 3, 3],
  ['a missing end', '{"a": [1, 2', 1, 12],
  ['a second value', '{} {}', 1, 4],
  ['a number with a leading zero', '[01]', 1, 3],
  ['a line break in a string', '{\n"a": "x\n"}', 2, 6],
  ['a wrong bracket', '[1}', 1, 3],
  ['an empty text', '', 1, 1],
])('the position of %s is found', (_what, json, line, column) => {
  expect(findJsonError(json)).toEqual({ line, column });
});

test('ten thousand levels of nesting do not overflow the stack', () => {
  expect(findJsonError('['.repeat(10_000))).toEqual({ line: 1, column: 10_001 });
});

test('an error is found if and only if JSON.parse throws', () => {
  const parses = (json: string) => {
    try {
      JSON.parse(json);
      return true;
    } catch {
      return false;
    }
  };
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.nat(3), fc.constantFrom('', ',', '"', '}', '0', '\\', ' ', '\n'))
    .map(([json, at, cut, put]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + put + json.slice(place + cut);
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.json(), fc.string()), (json) => {
      expect(findJsonError(json) === undefined).toBe(parses(json));
    }),
    { numRuns: 1000 },
  );
});
