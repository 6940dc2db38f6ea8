/** datarhei Core: a self-hosted media server. */
import type { Declaration } from '../declaration/declaration.ts';

export const datarhei: Declaration = {
  version: 1,
  name: 'datarhei',
  title: 'datarhei Core',
  docs: 'https://docs.datarhei.com/core/api/login',
  note: 'Log in with a user name and password, or with an Auth0 token.',
  environments: [{ name: 'local', baseUrl: 'http://127.0.0.1:8080' }],
  fields: [
    { name: 'username', label: 'User name', secret: false },
    { name: 'password', label: 'Password', secret: true },
    {
      name: 'auth0_token',
      label: 'Auth0 token',
      secret: true,
      description: 'in place of user name and password',
    },
  ],
  login: [
    {
      fields: ['username', 'password'],
      request: {
        method: 'POST',
        path: '/api/login',
        json: { username: '{username}', password: '{password}' },
      },
    },
    {
      fields: ['auth0_token'],
      request: {
        method: 'POST',
        path: '/api/login',
        headers: { Authorization: 'Bearer {auth0_token}' },
      },
    },
  ],
  answer: {
    token: '/access_token',
    refreshToken: '/refresh_token',
    lifetime: { claim: 'exi', documented: 600 },
    // Also the answer to an Auth0 token of another issuer, or one that cannot be parsed.
    refused: [{ status: [400], body: [{ at: '/code', in: [400] }] }],
    refusalDelay: 5,
    explained: [
      {
        when: { status: [404], body: [{ at: '/code', in: [404] }] },
        message:
          'this server has no login: authentication is switched off, or the base URL is wrong',
        hint: 'use the API without a token; if it requires one, check the base URL, which ends before /api',
      },
    ],
    error: { messages: ['/message', '/details'], code: '/code' },
  },
  refresh: {
    request: {
      method: 'GET',
      path: '/api/login/refresh',
      headers: { Authorization: 'Bearer {refresh_token}' },
    },
  },
  verify: {
    request: { method: 'GET', path: '/api' },
    accepted: { body: [{ at: '/id' }, { at: '/name' }] },
    // With authentication switched off, the answer has id and name even without a token.
    inconclusive: { body: [{ at: '/auths', in: [[]] }] },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
  sandbox: {
    credentials: {
      username: 'demo',
      password: 'sandbox-password',
      auth0_token: 'sandbox-auth0-token',
    },
    claims: {
      iss: 'datarhei-core',
      sub: 'demo',
      jti: '{uuid}',
      iat: '{iat}',
      exp: '{exp}',
      exi: '{lifetime}',
      usefor: 'access',
    },
    refreshClaims: {
      iss: 'datarhei-core',
      sub: 'demo',
      jti: '{uuid}',
      iat: '{iat}',
      exp: '{exp}',
      exi: '{lifetime}',
      usefor: 'refresh',
    },
    refreshLifetime: 86_400,
    success: { status: 200, body: { access_token: '{token}', refresh_token: '{refresh_token}' } },
    refused: {
      status: 401,
      body: { code: 401, message: 'Unauthorized', details: ['Invalid authorization credentials'] },
    },
    malformed: {
      status: 400,
      body: { code: 400, message: 'Bad Request', details: ['Missing authorization credentials'] },
    },
    refreshed: { status: 200, body: { access_token: '{token}' } },
    refreshRefused: {
      status: 403,
      body: { code: 403, message: 'Forbidden', details: ['Invalid or expired refresh token'] },
    },
    accepted: {
      status: 200,
      body: {
        app: 'datarhei-core',
        auths: ['localjwt'],
        version: { number: '16.16.0' },
        id: 'sandbox',
        name: 'sandbox',
      },
    },
    notAccepted: {
      status: 200,
      body: { app: 'datarhei-core', auths: ['localjwt'], version: { number: '16.16.0' } },
    },
  },
};
