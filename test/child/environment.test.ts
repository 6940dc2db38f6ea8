import { expect, test } from '@jest/globals';
import { childEnvironment } from '../../src/child/environment.ts';

test('a command gets the environment without the named secrets, and the added variables', () => {
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
