/** An API with a password, and refresh tokens, for tests. */
import type { Declaration } from '../../src/declaration/declaration.ts';

export const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [
    { name: 'user', label: 'User', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ],
  login: [{ fields: ['user', 'password'], request: { method: 'POST', path: '/login' } }],
  answer: { token: '/token', refreshToken: '/refresh', lifetime: { documented: 600 } },
  refresh: {
    request: {
      method: 'GET',
      path: '/refresh',
      headers: { Authorization: 'Bearer {refresh_token}' },
    },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};
