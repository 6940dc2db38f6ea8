/** Pégase 3: self-hosted payroll. */
import type { Declaration } from '../declaration/declaration.ts';

export const pegase3: Declaration = {
  version: 1,
  name: 'pegase3',
  title: 'Pégase 3',
  note: 'Self-hosted: the base URL of your own server must be given.',
  fields: [
    { name: 'user_name', label: 'User name', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ],
  login: [
    {
      fields: ['user_name', 'password'],
      request: {
        method: 'GET',
        path: '/login',
        headers: { 'User-Name': '{user_name}', Password: '{password}' },
      },
    },
  ],
  answer: {
    // The code counts as well as the status: one published table gives a refusal the status "ok".
    success: [
      { pointer: '/code', in: [200] },
      { pointer: '/status', in: ['ok', 'success'] },
    ],
    token: '/token',
    // Where "exp" is missing; servers in the wild say 24 hours in it, the documents half an hour.
    lifetime: { documented: 1800 },
    // Some versions answer a refusal with HTTP 200, others repeat the code as the HTTP status.
    refused: [{ body: [{ pointer: '/code', in: [401, 498] }] }, { status: [498] }],
    error: { messages: ['/message'], code: '/code' },
  },
  use: { header: 'Token', value: '{token}' },
  sandbox: {
    credentials: { user_name: 'demo', password: 'sandbox-password' },
    claims: { user: '{user_name}', exp: '{exp}' },
    success: { status: 200, body: { code: 200, status: 'ok', token: '{token}' } },
    refused: {
      status: 200,
      body: { status: 'error', code: 401, message: 'Wrong user name or password' },
    },
    malformed: {
      status: 200,
      body: { status: 'error', code: 402, message: 'A required header is missing or empty' },
    },
  },
};
