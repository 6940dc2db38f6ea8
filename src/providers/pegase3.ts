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
    // Both must match: one published table gives a refusal the status "ok".
    success: [
      { at: '/code', in: [200] },
      { at: '/status', in: ['ok', 'success'] },
    ],
    token: '/token',
    // For tokens without "exp". Real servers set it to 24 hours, the documentation says half an hour.
    lifetime: { documented: 1800 },
    // Some versions refuse with HTTP 200, others with the code as the HTTP status.
    refused: [{ body: [{ at: '/code', in: [401, 498] }] }, { status: [498] }],
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
