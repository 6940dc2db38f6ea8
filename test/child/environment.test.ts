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
  expect(childEnvironment(env, ['API_KEY', 'API_TOKEN'], { API_TOKEN: 'new' }, 'linux')).toEqual({
    PATH: '/bin',
    API_USER: 'ann',
    API_TOKEN: 'new',
  });
});

test('on Windows a name is the same in any case, and elsewhere it is not', () => {
  const env = { Path: 'C:\\bin', api_key: 'secret', Api_Token: 'old' };
  const inEnvironment = (platform: NodeJS.Platform) =>
    childEnvironment(env, ['API_KEY'], { API_TOKEN: 'new' }, platform);
  expect(inEnvironment('win32')).toEqual({ Path: 'C:\\bin', API_TOKEN: 'new' });
  expect(inEnvironment('linux')).toEqual({ ...env, API_TOKEN: 'new' });
});
