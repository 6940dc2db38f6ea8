import { expect, test } from '@jest/globals';
import { childEnvironment } from '../../src/child/environment.ts';

test('a command gets our environment, less the secrets that are named, and what is added', () => {
  const env = {
    PATH: '/bin',
    API_KEY: 'secret',
    API_TOKEN: 'old',
    API_USER: 'ann',
    EMPTY: undefined,
  };
  expect(childEnvironment(env, ['API_KEY', 'API_TOKEN'], { API_TOKEN: 'new' })).toEqual({
    PATH: '/bin',
    API_USER: 'ann',
    API_TOKEN: 'new',
  });
});
