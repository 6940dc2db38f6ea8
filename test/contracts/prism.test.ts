/** Tests every vendor's requests and the sandbox's answers with Prism. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formsOf } from '../../src/declaration/use.ts';
import { providers } from '../../src/providers/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import {
  loginRequest,
  refreshRequest,
  valueIn,
  verifyRequest,
  withoutDelay,
  world,
} from '../sandbox/exchanges.ts';
import { isVendor } from './openapi.ts';
import { exchange, type Prism, startPrismMock, startPrismProxy } from './prism.ts';

const startTimeout = 120_000;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox(providers.map(withoutDelay), world);
});
afterAll(() => sandbox.close());

describe.each(providers.map((declaration) => [declaration.name, declaration] as const))(
  '%s, through Prism',
  (name, declaration) => {
    let prism: Prism;
    beforeAll(async () => {
      if (!isVendor(name)) throw new Error(`${name} has no document`);
      prism = await startPrismProxy(name, `${sandbox.origin}/${name}`);
    }, startTimeout);
    afterAll(() => prism?.stop());

    const samples = declaration.sandbox;

    test.each(declaration.login.map((_, login) => login))('login %i', async (login) => {
      const good = await exchange(loginRequest(declaration, prism.url, {}, login));
      expect(good).toMatchObject({ status: samples?.success.status, violations: [] });
      const wrong = Object.fromEntries(
        (declaration.login[login]?.fields ?? []).map((field) => [field, 'wrong@example.com']),
      );
      const refused = await exchange(loginRequest(declaration, prism.url, wrong, login));
      expect(refused).toMatchObject({ status: samples?.refused.status, violations: [] });
    });

    test('an invalid request is not forwarded', async () => {
      const { body, headers, ...request } = loginRequest(declaration, prism.url);
      const invalid = body === undefined ? { headers: {} } : { headers, body: '{"x":1}' };
      const { violations } = await exchange({ ...request, ...invalid });
      expect(violations[0]?.location[0]).toBe('request');
    });

    if (declaration.verify || declaration.refresh) {
      test('requests after a login', async () => {
        const { body } = await exchange(loginRequest(declaration, prism.url));
        const { answer, refresh, verify, use } = declaration;
        if (refresh) {
          const token = String(valueIn(body, answer.refreshToken));
          const good = await exchange(refreshRequest(declaration, prism.url, token));
          expect(good).toMatchObject({ status: samples?.refreshed?.status, violations: [] });
          const bad = await exchange(refreshRequest(declaration, prism.url, 'a.b.c'));
          expect(bad).toMatchObject({ status: samples?.refreshRefused?.status, violations: [] });
        }
        const token = String(valueIn(body, answer.token));
        for (const form of verify ? formsOf(use) : []) {
          const good = await exchange(verifyRequest(declaration, prism.url, token, form));
          expect(good).toMatchObject({ status: samples?.accepted?.status, violations: [] });
          const bad = await exchange(verifyRequest(declaration, prism.url, 'a.b.c', form));
          expect(bad).toMatchObject({ status: samples?.notAccepted?.status, violations: [] });
        }
      });
    }
  },
);

test(
  'a mock server accepts only valid requests',
  async () => {
    const [ropo] = providers.filter(({ name }) => name === 'ropo');
    if (!ropo) throw new Error('ropo is missing');
    const prism = await startPrismMock('ropo');
    try {
      const request = loginRequest(ropo, prism.url);
      expect(await exchange(request)).toMatchObject({ status: 201, violations: [] });
      const body = '{"cid":1,"apicode":"a"}';
      expect((await exchange({ ...request, body })).violations).not.toEqual([]);
    } finally {
      await prism.stop();
    }
  },
  startTimeout,
);
