import { describe, expect, test } from '@jest/globals';
import { didYouMean, nearest } from '../../src/declaration/nearest.ts';

describe('the nearest word', () => {
  const flags = ['--unset', '--cid', '--password', '--password-stdin', '--password-file', '--key'];
  const providers = ['ropo', 'netnut', 'verbit', 'pegase3', 'datarhei'];
  test.each([
    ['ropo', providers, 'ropo'],
    ['ROPO', providers, 'ropo'],
    ['rop', providers, 'ropo'],
    ['orpo', providers, 'ropo'],
    ['netnutt', providers, 'netnut'],
    ['pegase', providers, 'pegase3'],
    ['datarei', providers, 'datarhei'],
    ['--pass', flags, '--password'],
    ['--pasword-file', flags, '--password-file'],
    ['--cdi', flags, '--cid'],
    ['base-url', ['base_url', 'environment'], 'base_url'],
    ['sse', ['fi', 'se', 'no'], 'se'],
  ])('%s of %j is %s', (word, known, meant) => expect(nearest(word, known)).toBe(meant));

  test.each([
    ['--user', flags],
    ['--host', flags],
    ['-x', flags],
    ['x', ['y']],
    ['acme', providers],
    ['production', ['fi', 'se', 'no']],
    ['anything', []],
    ['', providers],
  ])('there is none for %j in %j', (word, known) => expect(nearest(word, known)).toBeUndefined());

  test('is asked for, or nothing is', () => {
    expect(didYouMean('ropo')).toBe('; did you mean ropo?');
    expect(didYouMean(undefined)).toBe('');
  });
});
