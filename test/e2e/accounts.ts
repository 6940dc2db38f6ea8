/** Credentials for every way to log in, the servers' answers to them, and a secret to search for. */
import { expect } from '@jest/globals';
import type { Env } from './harness.ts';
import type { Reply } from './servers.ts';

/**
 * A distinctive secret that looks different in every encoding. It can be sent in a header, and breaks
 * a request body or shell command that is built without escaping.
 */
export const secret = `c4nary "q'\\/+&%é$(id)`;

/** One way to log in. */
export interface Account {
  readonly provider: string;
  /** The credentials as variables; the secret is `secret`. */
  readonly env: Env;
  /** The flags of the non-secret fields. */
  readonly flags: readonly string[];
  /** The secret's field. */
  readonly field: string;
  /** The provider's answer. */
  readonly success: (token: string) => Reply;
}

const pair = (access_token: string) => ({
  body: { access_token, refresh_token: `refresh-${access_token}` },
});

/** The accounts, by a name for the tests. */
export const accounts = {
  ropo: {
    provider: 'ropo',
    env: { ROPO_CID: '4711', ROPO_APICODE: secret },
    flags: ['--cid', '4711'],
    field: 'apicode',
    success: (token) => ({ status: 201, body: { token } }),
  },
  netnut: {
    provider: 'netnut',
    env: { NETNUT_EMAIL: 'me@example.com', NETNUT_PASSWORD: secret },
    flags: ['--email', 'me@example.com'],
    field: 'password',
    success: (token) => ({ body: { success: true, token } }),
  },
  verbit: {
    provider: 'verbit',
    env: { VERBIT_API_KEY: secret },
    flags: [],
    field: 'api_key',
    success: (token) => ({ body: { tracing_id: 't', request_timestamp: 'r', data: { token } } }),
  },
  pegase3: {
    provider: 'pegase3',
    env: { PEGASE3_USER_NAME: 'me', PEGASE3_PASSWORD: secret },
    flags: ['--user-name', 'me'],
    field: 'password',
    success: (token) => ({ body: { code: 200, status: 'ok', token } }),
  },
  'datarhei by password': {
    provider: 'datarhei',
    env: { DATARHEI_USERNAME: 'me', DATARHEI_PASSWORD: secret },
    flags: ['--username', 'me'],
    field: 'password',
    success: pair,
  },
  'datarhei by Auth0 token': {
    provider: 'datarhei',
    env: { DATARHEI_AUTH0_TOKEN: secret },
    flags: [],
    field: 'auth0_token',
    success: pair,
  },
} as const satisfies Record<string, Account>;

/** The name of an account. */
export type AccountName = keyof typeof accounts;

/** The names of all accounts, for tables. */
export const accountNames = Object.keys(accounts) as AccountName[];

/** Every form in which a secret could appear in a text. */
export function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString().slice('value='.length),
    base64,
    Buffer.from(value).toString('base64url'),
  ];
}

/** Checks that a text does not contain the secret in any form. */
export function expectNoSecret(text: string, value: string = secret): void {
  for (const form of formsOf(value)) expect(text).not.toContain(form);
}
