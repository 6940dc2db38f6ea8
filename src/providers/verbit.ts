/** Verbit: transcription. */
import type { Declaration } from '../declaration/declaration.ts';

export const verbit: Declaration = {
  version: 1,
  name: 'verbit',
  title: 'Verbit Transcribe API',
  docs: 'https://verbit.readme.io',
  note: 'The vendor gives the login path only relative to /api/v1: your account may need --base-url.',
  environments: [
    { name: 'production', baseUrl: 'https://platform.verbit.co/api/v1' },
    { name: 'sandbox', baseUrl: 'https://sandbox-api.verbit.co/api/v1' },
  ],
  fields: [
    {
      name: 'api_key',
      label: 'API key',
      secret: true,
      description: 'from the account page; the sandbox environment needs a key of its own',
    },
  ],
  login: [
    {
      fields: ['api_key'],
      request: {
        method: 'POST',
        path: '/auth',
        headers: { 'X-Tracing-ID': '{uuid}', 'X-Request-Timestamp': '{now}' },
        json: { payload: { api_key: '{api_key}' } },
      },
    },
  ],
  answer: {
    token: '/data/token',
    lifetime: { documented: 3600 },
    error: { list: '/errors', messages: ['/message'], code: '/code', trace: '/tracing_id' },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
  sandbox: {
    credentials: { api_key: 'sandbox-api-key' },
    claims: { iat: '{iat}', exp: '{exp}', jti: '{uuid}' },
    success: {
      status: 200,
      body: {
        tracing_id: '{request:X-Tracing-ID}',
        request_timestamp: '{request:X-Request-Timestamp}',
        data: { token: '{token}' },
      },
    },
    refused: {
      status: 401,
      body: {
        tracing_id: '{request:X-Tracing-ID}',
        request_timestamp: '{request:X-Request-Timestamp}',
        errors: [
          { code: 'unauthorized', type: 'authentication', message: 'The API key is not valid' },
        ],
      },
    },
  },
};
