import { expect, test } from '@jest/globals';
import { createClient } from '../../src/client/client.ts';
import type { ServerFlags } from '../../src/client/server.ts';
import { sessionMissing } from '../../src/client/session-missing.ts';
import { netnut } from '../../src/providers/netnut.ts';
import { clientWorld } from './world.ts';

const noServer: ServerFlags = { allowHttp: false };
const baseUrl = 'https://api.example';
const narrowed =
  'no token is stored for NetNut Customers API in the profile default, for this server and account';

test.each<[string, ServerFlags, Record<string, string>, string, string, string]>([
  [
    'its profile',
    noServer,
    {},
    'work',
    'no token is stored for NetNut Customers API in the profile work',
    'authctl login netnut --profile work',
  ],
  [
    'its server, if that is given',
    { ...noServer, baseUrl },
    {},
    'default',
    narrowed,
    `authctl login netnut --base-url ${baseUrl}`,
  ],
  [
    'its account, if that is given',
    noServer,
    { NETNUT_EMAIL: 'ann@example.com' },
    'default',
    narrowed,
    'authctl login netnut',
  ],
])('a missing session names %s', async (_what, server, env, profile, message, hint) => {
  const { world } = clientWorld({ env });
  const target = await createClient(world).target({
    declaration: netnut,
    profile,
    profileGiven: false,
    server,
    transport: { timeout: 30_000, retries: 0 },
    flags: new Map(),
  });
  expect(sessionMissing(target)).toMatchObject({
    code: 'session_missing',
    message,
    details: { provider: 'netnut', hint },
  });
});
