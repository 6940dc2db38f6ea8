/** NetNut: a proxy network's customers API. */
import type { Declaration } from '../declaration/declaration.ts';

export const netnut: Declaration = {
  version: 1,
  name: 'netnut',
  title: 'NetNut Customers API',
  docs: 'https://help.netnut.io/netnut-documentation/resources/customers-api/auth',
  environments: [{ name: 'production', baseUrl: 'https://customers-api.netnut.io/v1' }],
  fields: [
    { name: 'email', label: 'Email', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ],
  login: [
    {
      fields: ['email', 'password'],
      request: {
        method: 'POST',
        path: '/auth/login',
        json: { email: '{email}', password: '{password}' },
      },
    },
  ],
  answer: {
    success: [{ at: '/success', in: [true] }],
    token: '/token',
    lifetime: { documented: 86_400 },
    refused: [{ body: [{ at: '/success', in: [false] }] }],
    error: { messages: ['/message'] },
  },
  verify: {
    request: { method: 'GET', path: '/auth/authenticated' },
    accepted: { body: [{ at: '/success', in: [true] }] },
  },
  // The vendor documents a bearer scheme as an API key, and both forms are in use.
  use: { header: 'Authorization', value: 'Bearer {token}', alternates: ['{token}'] },
  sandbox: {
    credentials: { email: 'demo@example.com', password: 'sandbox-password' },
    claims: { email: '{email}', iat: '{iat}', exp: '{exp}' },
    success: { status: 200, body: { success: true, token: '{token}' } },
    refused: { status: 400, body: { success: false, message: 'Wrong email or password' } },
    accepted: { status: 200, body: { success: true, token: '{token}' } },
    notAccepted: { status: 400, body: { success: false, message: 'Invalid token' } },
  },
};
