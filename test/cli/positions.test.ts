/** Where the command and the provider may stand. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requireList, withProviderFirst } from '../../src/cli/positions.ts';
import { providers } from '../../src/providers/index.ts';

const first = (argv: readonly string[]) => withProviderFirst(argv, providers);

describe('the command and the provider come first', () => {
  test.each([
    ['-o json token ropo', 'token ropo -o json'],
    ['token --cid 1 ropo --apicode x', 'token ropo --cid 1 --apicode x'],
    ['-qp work token -vo json ropo', 'token ropo -qp work -vo json'],
    ['token -ojson ropo', 'token ropo -ojson'],
    ['token --output=json ropo', 'token ropo --output=json'],
    ['token --bogus ropo', 'token ropo --bogus'],
    ['-p token token ropo', 'token ropo -p token'],
    ['credentials -q set -e se ropo', 'credentials set ropo -q -e se'],
    ['exec --min-ttl 5m ropo -- x -o ropo', 'exec ropo --min-ttl 5m -- x -o ropo'],
    ['exec --ropo-cid 1 ropo,netnut x', 'exec ropo,netnut --ropo-cid 1 x'],
    ['token -o json unknown', 'token unknown -o json'],
  ])('%s', (given, expected) => {
    expect(first(given.split(' '))).toEqual(expected.split(' '));
  });

  test.each([
    '',
    '--help',
    '-p',
    'token',
    'token -o json',
    'config -q list',
    'bogus -o ropo',
    'exec -- ropo',
  ])('nothing moves: %j', (given) => expect(first(given.split(' '))).toEqual(given.split(' ')));

  test('wherever the options are, in their order', () => {
    const options = fc.array(
      fc.constantFrom(['-q'], ['-o', 'json'], ['--cid', 'ropo'], ['--timeout=5'], ['-vp', 'token']),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(options, options, options, (before, between, after) => {
        const given = [...before.flat(), 'token', ...between.flat(), 'ropo', ...after.flat()];
        const rest = [...before, ...between, ...after].flat();
        expect(first(given)).toEqual(['token', 'ropo', ...rest]);
      }),
    );
  });
});

describe('a list of providers', () => {
  const refusal = (given: string) => {
    try {
      requireList(given.split(' '), providers);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };

  test.each([
    'exec ropo -- x',
    'exec ropo,netnut -- netnut',
    'exec ropo printenv netnut',
    'exec ropo -p netnut -- x',
    'exec unknown netnut',
    'token ropo netnut',
  ])('is one word: %s', (given) => expect(refusal(given)).toBeUndefined());

  test.each([
    ['exec ropo netnut -- x', 'ropo,netnut'],
    ['exec ropo -p x netnut verbit -- x', 'ropo,netnut,verbit'],
    ['exec ropo, netnut -- x', 'ropo,netnut'],
    ['exec ropo , netnut,verbit', 'ropo,netnut,verbit'],
    ['exec ropo,,netnut -- x', 'ropo,netnut'],
    ['exec ,ropo -- x', 'beside the comma of ,ropo'],
    ['exec -- x', 'exec needs a provider'],
  ])('is not: %s', (given, words) => expect(refusal(given)).toContain(words));
});
