import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Part,
  parseTemplate,
  placeholdersIn,
  renderJson,
  renderTemplate,
} from '../../src/declaration/template.ts';

const names = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}(:[A-Za-z0-9-]{1,8})?$/);
const parts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('literal' as const), text: fc.string({ unit: 'binary' }) }),
    fc.record({ kind: fc.constant('placeholder' as const), name: names }),
  ),
);

/** The template of these parts. */
function write(pieces: readonly Part[]): string {
  return pieces
    .map((part) =>
      part.kind === 'placeholder' ? `{${part.name}}` : part.text.replace(/[{}]/g, '$&$&'),
    )
    .join('');
}

describe('a template', () => {
  test('keeps all text around its placeholders, braces included', () => {
    fc.assert(
      fc.property(parts, fc.string({ unit: 'binary' }), (pieces, value) => {
        const expected = pieces.map((part) => (part.kind === 'literal' ? part.text : value));
        expect(renderTemplate(write(pieces), () => value)).toBe(expected.join(''));
      }),
    );
  });

  test('looks up each placeholder by its name, in order', () => {
    fc.assert(
      fc.property(parts, (pieces) => {
        const asked: string[] = [];
        renderTemplate(write(pieces), (name) => {
          asked.push(name);
          return '';
        });
        expect(asked).toEqual(pieces.flatMap((p) => (p.kind === 'placeholder' ? [p.name] : [])));
      }),
    );
  });

  test.each([
    ['Bearer {token}', 'Bearer <token>'],
    ['{a}{b_2}', '<a><b_2>'],
    ['{{a}}', '{a}'],
    ['{{{a}}}', '{<a>}'],
    ['{{}}', '{}'],
    ['{request:X-Tracing-ID}', '<request:X-Tracing-ID>'],
    ['{a|number}{b|boolean}', '<a><b>'],
    ['{{a|number}}', '{a|number}'],
    ['', ''],
  ])('%j gives %j', (template, expected) => {
    expect(renderTemplate(template, (name) => `<${name}>`)).toBe(expected);
  });

  test('knows the filter of a placeholder', () => {
    expect(placeholdersIn('a{b|number}{c}{{d}}')).toEqual([
      { kind: 'placeholder', name: 'b', filter: 'number' },
      { kind: 'placeholder', name: 'c' },
    ]);
  });

  test.each(['{gone}', 'a{gone}', '{a}{gone}', '{gone|number}'])(
    'gives nothing where a value is missing: %s',
    (template) => {
      expect(
        renderTemplate(template, (name) => (name === 'gone' ? undefined : name)),
      ).toBeUndefined();
    },
  );

  test('gives an empty text for an empty value', () => {
    expect(renderTemplate('{a}{b}', () => '')).toBe('');
  });

  test('does not render braces in a value', () => {
    expect(renderTemplate('{a}{b}', (name) => (name === 'a' ? '{b}' : '{{'))).toBe('{b}{{');
  });

  test.each([
    '{',
    '}',
    'a{b',
    'a}b',
    '{}',
    '{A}',
    '{a b}',
    '{1a}',
    '}{',
    '{a',
    'a}',
    '{{{',
    '{a:}',
    '{a|}',
    '{a|Number}',
    '{a |number}',
    '{a|number|b}',
  ])('with an unmatched brace is an error: %j', (template) => {
    expect(() => parseTemplate(template)).toThrow('unmatched');
  });
});

describe('a JSON template', () => {
  const fill = (text: string) => renderTemplate(text, (name) => `<${name}>`);

  test('is rendered at every depth; keys and everything but strings stay as they are', () => {
    const template = { '{key}': ['{a}', { b: '{b}' }, 1, true, null], n: 0.5 };
    expect(renderJson(template, fill)).toEqual({
      '{key}': ['<a>', { b: '<b>' }, 1, true, null],
      n: 0.5,
    });
  });

  test('leaves out what renders to nothing, and what is empty by it', () => {
    const fillKnown = (text: string) => (text === 'gone' ? undefined : text);
    const template = {
      a: 'gone',
      b: ['gone', 'kept'],
      c: ['gone'],
      d: { e: { f: 'gone' } },
      g: { h: ['gone', ['gone']], i: null },
      j: {},
      k: [],
    };
    expect(renderJson(template, fillKnown)).toEqual({ b: ['kept'], g: { i: null }, j: {}, k: [] });
    for (const nothing of ['gone', ['gone'], { a: { b: 'gone' } }]) {
      expect(renderJson(nothing, fillKnown)).toBeUndefined();
    }
  });

  test('without a string stays as it is', () => {
    fc.assert(
      fc.property(
        fc.object({ values: [fc.integer(), fc.boolean(), fc.constant(null)] }),
        (json) => {
          expect(renderJson(json, fill)).toEqual(json);
        },
      ),
    );
  });

  test('may have a key named __proto__', () => {
    const template: unknown = JSON.parse('{"__proto__": "{a}"}');
    expect(JSON.stringify(renderJson(template, fill))).toBe('{"__proto__":"<a>"}');
  });
});
