import { expect, test } from '@jest/globals';
import { tableText } from '../../src/terminal/table.ts';

const columns = [{ title: 'A' }, { title: 'LONG', flexible: true }, { title: 'LAST' }];

test('columns are as wide as their widest text, without white space at the end', () => {
  expect(
    tableText(columns, [
      ['1', 'two', '3'],
      ['four', '', ''],
    ]),
  ).toBe('A     LONG  LAST\n1     two   3\nfour\n');
});

test('only flexible columns are shortened, in the middle, and not below eight characters', () => {
  const rows = [['first', 'https://api.example.com/v1', 'last']];
  expect(tableText(columns, rows, { columns: 30 })).toBe(
    'A      LONG               LAST\nfirst  https://…e.com/v1  last\n',
  );
  expect(tableText(columns, rows, { columns: 5 })).toContain('first  http…/v1  last\n');
});

test('characters of two units are kept whole', () => {
  const rows = [['', '😀'.repeat(20), '']];
  const [, row = ''] = tableText(columns, rows, { columns: 18 }).split('\n');
  expect(row).toMatch(/^ +😀+…😀+$/u);
});

test('what could move the cursor is escaped, and colours do not count', () => {
  const paint = (text: string) => `<${text}>`;
  expect(tableText(columns, [['a\x1b', { text: 'b', paint }, 'c']])).toBe(
    'A        LONG  LAST\na\\u{1b}  <b   >  c\n',
  );
});

test('a column without a title is left out where nothing is in it', () => {
  const marked = [{ title: '' }, ...columns];
  expect(tableText(marked, [['', '1', '2', '3']])).toBe(tableText(columns, [['1', '2', '3']]));
  expect(tableText(marked, [['*', '1', '2', '3']])).toBe('   A  LONG  LAST\n*  1  2     3\n');
});
