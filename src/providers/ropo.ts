/** Ropo One: invoicing in the Nordic countries. */
import type { Declaration } from '../declaration/declaration.ts';

export const ropo: Declaration = {
  version: 1,
  name: 'ropo',
  title: 'Ropo One',
  docs: 'https://dev.ropo.com/api-reference/auth',
  environments: [
    { name: 'fi', baseUrl: 'https://ropo24.fi/rest' },
    { name: 'se', baseUrl: 'https://ropo24.se/rest' },
    { name: 'no', baseUrl: 'https://ropo24.no/rest' },
    { name: 'fi-test', baseUrl: 'https://rc.ropo24.fi/rest' },
    { name: 'se-test', baseUrl: 'https://rc.ropo24.se/rest' },
    { name: 'no-test', baseUrl: 'https://rc.ropo24.no/rest' },
  ],
  fields: [
    { name: 'cid', label: 'Customer number', secret: false },
    { name: 'apicode', label: 'API code', secret: true },
  ],
  login: [
    {
      fields: ['cid', 'apicode'],
      request: {
        method: 'POST',
        path: '/token',
        json: { cid: '{cid}', apicode: '{apicode}' },
      },
    },
  ],
  answer: {
    token: '/token',
    lifetime: { documented: 7200 },
    refused: [{ status: [400], body: [{ at: '/errorId' }] }],
    error: { messages: ['/errorText'], code: '/errorId' },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
  sandbox: {
    credentials: { cid: '12345', apicode: 'sandbox-apicode' },
    claims: { sub: '{cid}', iat: '{iat}', exp: '{exp}' },
    success: { status: 201, body: { token: '{token}' } },
    refused: { status: 400, body: { errorId: 1001, errorText: 'Invalid cid or apicode' } },
  },
};
