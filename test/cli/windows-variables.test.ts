import { expect, test } from '@jest/globals';
import { inAnyCase } from '../../src/cli/windows-variables.ts';

test('a variable is found under any spelling of its name, and keeps its own', () => {
  const env = inAnyCase({ Path: 'C:\\bin', api_key: '', UNSET: undefined });
  const { PATH, path, API_KEY, unset, OTHER } = env;
  expect([PATH, path, API_KEY, unset, OTHER]).toEqual([
    'C:\\bin',
    'C:\\bin',
    '',
    undefined,
    undefined,
  ]);
  expect(Object.keys(env)).toEqual(['Path', 'api_key', 'UNSET']);
  expect({ ...env }).toEqual({ Path: 'C:\\bin', api_key: '' });
});
