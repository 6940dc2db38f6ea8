/** A refresh that lacks the refresh token is not sent. */
import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { createClient } from '../../src/client/client.ts';
import { offKeychain } from '../../src/credentials/keychain/client.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { SharedStore } from '../../src/session/shared-store.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { inFront } from '../../src/store/shared/front.ts';
import { answerOf } from '../answers.ts';
import { keyOf } from '../session/sample.ts';
import { machine } from '../store/shared/open.ts';
import { declaration } from './declaration.ts';
import { clientWorld } from './world.ts';

/** A shared store that is down. */
const down = new Proxy({} as SharedStore, {
  get: () => async () => {
    throw new AuthctlError('store', 'the shared store is down');
  },
});

test('a refresh token that is only in a store that is down: the machine logs in', async () => {
  const local = memoryStore();
  const key = keyOf();
  await local.save({
    key,
    tokenSet: {
      accessToken: 'old',
      receivedAt: 0,
      lifetime: 1000,
      shared: { store: 'store', n: 1, refreshable: true },
    },
  });
  const paths: string[] = [];
  const { world } = clientWorld({
    env: { MY_API_USER: 'ann', MY_API_PASSWORD: 'p' },
    send: async (makeRequest) => {
      paths.push(new URL(makeRequest().url).pathname);
      return answerOf({ body: { token: 'new' }, receivedAt: systemClock.now() });
    },
    store: async () => inFront(local, machine(down, { fallback: true }).world),
    keychain: async () => offKeychain,
  });
  const client = createClient(world);
  const target = await client.target({
    declaration,
    profile: 'default',
    profileGiven: false,
    server: { baseUrl: key.baseUrl, allowHttp: false },
    transport: { timeout: 5000, retries: 0 },
    flags: new Map(),
  });
  const { signal } = new AbortController();
  const { session } = await client.token(target, { isGood: () => false, signal });
  expect([session.tokenSet.accessToken, paths]).toEqual(['new', ['/v1/login']]);
});
