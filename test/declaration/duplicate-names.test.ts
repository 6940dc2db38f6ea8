import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasDuplicateNames } from '../../src/declaration/duplicate-names.ts';

test.each([
  ['{"a":1,"a":2}', true],
  ['{"a":1,"a":1}', true],
  ['{"a" \t\n\r: 1, "b": 2, "a": 3}', true],
  ['{"token":1,"\\u0074oken":2}', true],
  ['{"\\"":1,"\\u0022":2}', true],
  ['{"":1,"":2}', true],
  ['{"__proto__":1,"__proto__":2}', true],
  ['[{},{"x":[{"a":{"a":1,"a":2}}]}]', true],
  ['{"a":{"b":1},"c":2,"a":3}', true],
  ['{"a":[{"a":1}],"b":{"a":1}}', false],
  ['[{"a":1},{"a":1}]', false],
  ['{"a":"a","b":"a:","c":"\\",\\"a\\":1"}', false],
  ['{"a":1,"A":1," a":1,"a ":1}', false],
  ['{"\\\\":1,"\\\\\\\\":2}', false],
  ['{"constructor":1,"__proto__":2}', false],
  ['["a","a"]', false],
  ['"{\\"a\\":1,\\"a\\":2}"', false],
  ['[]', false],
  ['null', false],
  ['0', false],
])('%s has a duplicate name: %s', (json, twice) => {
  JSON.parse(json);
  expect(hasDuplicateNames(json)).toBe(twice);
});

test('deeply nested and very long texts are read in linear time', () => {
  const deep = 250_000;
  expect(hasDuplicateNames('['.repeat(deep) + ']'.repeat(deep))).toBe(false);
  expect(hasDuplicateNames(`${'{"a":'.repeat(deep)}{"a":1,"a":1}${'}'.repeat(deep)}`)).toBe(true);
  expect(hasDuplicateNames(`["${'\\\\'.repeat(deep)}"${' '.repeat(deep)}]`)).toBe(false);
});

/** A JSON value whose objects are lists of members, so that a name can come twice. */
type Tree = string | number | null | Tree[] | { readonly members: readonly [string, Tree][] };

const name = fc.oneof(fc.constantFrom('a', 'b', '"', '\\', 'é', ':', '__proto__'), fc.string());
const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(name, fc.integer(), fc.constant(null)),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.record({ members: fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }) }),
  ),
})).tree;

/** @param spell writes a string, with or without escapes */
function write(tree: Tree, spell: (text: string) => string, blank: string): string {
  if (Array.isArray(tree)) {
    return `[${tree.map((item) => blank + write(item, spell, blank)).join()}${blank}]`;
  }
  if (typeof tree === 'string') return spell(tree);
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree);
  const members = tree.members.map(
    ([key, value]) => `${blank}${spell(key)}${blank}:${write(value, spell, blank)}`,
  );
  return `{${members.join()}}`;
}

function hasTwice(tree: Tree): boolean {
  if (Array.isArray(tree)) return tree.some(hasTwice);
  if (typeof tree !== 'object' || tree === null) return false;
  const names = tree.members.map(([key]) => key);
  return new Set(names).size < names.length || tree.members.some(([, value]) => hasTwice(value));
}

test('a duplicate name is found however it is escaped', () => {
  const plain = (text: string) => JSON.stringify(text);
  const spelt = (text: string) =>
    `"${text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
  // An escaped name and the same name unescaped are equal.
  let turn = 0;
  const mixed = (text: string) => (turn++ % 2 === 0 ? plain(text) : spelt(text));
  fc.assert(
    fc.property(trees, fc.constantFrom('', ' ', '\n\t\r '), (tree, blank) => {
      for (const spell of [plain, spelt, mixed]) {
        const json = write(tree, spell, blank);
        JSON.parse(json);
        expect(hasDuplicateNames(json)).toBe(hasTwice(tree));
      }
    }),
  );
});
