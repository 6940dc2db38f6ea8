/** Every declaration of the catalogue keeps to its contract, which was written from the vendor's documents. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { longestLifetime } from '../../src/declaration/token-set.ts';
import type { Carriers } from '../../src/declaration/use.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Session } from '../../src/session/session.ts';
import {
  type AnswerContract,
  type Carried,
  contractNames,
  declaredNames,
  type Exchange,
  type Gives,
  readContract,
} from './catalogue.ts';
import { decodedAs } from './compared.ts';
import { readCatalogue, replay, trialInSandbox } from './replayed.ts';

test('each declaration has a contract, and each contract a declaration', () => {
  expect(contractNames()).toEqual(declaredNames());
});

const page = '<html>Welcome</html>';
/** Answers that any server, or a proxy in front of it, may give to a login: never a token. */
const anywhere: readonly (AnswerContract & { readonly what: string })[] = [
  { what: 'a 401 without a body', status: 401 },
  { what: 'a 403 page', status: 403, text: page },
  { what: 'too many requests', status: 429, text: page },
  { what: 'a server error', status: 500, json: {} },
  { what: 'a gateway’s error', status: 502, text: page },
  { what: 'a redirect', status: 307, headers: { location: 'https://elsewhere.example/' } },
  { what: 'a 404 page', status: 404, text: page },
  { what: 'a login page', status: 200, text: page },
  { what: 'a 204', status: 204 },
  { what: 'an empty object', status: 200, json: {} },
  { what: 'null', status: 200, json: null },
];

describe.each(contractNames())('%s', (name) => {
  const contract = readContract(name);
  const declared = readCatalogue(name);
  const [first] = contract.logins;
  if (!first) throw new Error(`${name} has no login`);

  /** A client that has logged in as the first login does. */
  const loggedIn = async () => {
    const replayed = await replay(await declared, contract, first.credentials);
    const { client, target, expecting } = replayed;
    const { session } = await expecting(first.exchanges, () => client.login(target));
    return { ...replayed, session };
  };

  test('has what its contract has', async () => {
    const declaration = await declared;
    for (const part of ['refresh', 'verify', 'logout'] as const) {
      expect([part, contract[part] !== undefined]).toEqual([part, declaration[part] !== undefined]);
    }
    expect(declaration.docs).toBeDefined();
    expect(contract.base_url).toBe(declaration.environments?.[0]?.baseUrl ?? contract.base_url);
    // A login has a contract if its fields are given, whatever else is.
    for (const { fields, mint } of declaration.login) {
      const isThere = contract.logins.some(({ credentials }) =>
        fields.every((field) => field in credentials),
      );
      expect([fields, mint, isThere]).toEqual([fields, mint, true]);
    }
  });

  test('says truly whether it was tried', () => {
    const { status, verified } = contract;
    expect(verified !== undefined).toBe(status === 'verified');
    if (verified) expect(existsSync(verified.test)).toBe(true);
  });

  describe('logs in with', () => {
    test.each(contract.logins)('$what', async ({ credentials, exchanges, gives, carried }) => {
      const { client, target, expecting } = await replay(await declared, contract, credentials);
      const { session } = await expecting(exchanges, () => client.login(target));
      const values = Object.values(credentials);
      await expectTokens(session, gives, values);
      const { carriers } = await client.carried(target, session);
      await expectCarried(carriers(), carried, values);
    });
  });

  // Of a token that is signed here, no server says anything at the login.
  test('has a refusal, unless nothing is sent', () => {
    expect(contract.refusals.length > 0).toBe(first.exchanges.length > 0);
  });
  if (contract.refusals.length > 0) {
    describe('refuses', () => {
      test.each(contract.refusals)('$what', async ({ at, answer, error, message = '' }) => {
        const index = (at ?? first.exchanges.length) - 1;
        const { client, target, expecting } = await replay(
          await declared,
          contract,
          first.credentials,
        );
        const failed = await failure(
          expecting(answeredBy(first.exchanges, index, answer), () => client.login(target)),
        );
        expectRefusal(failed, error, message);
      });
    });
  }

  if (first.exchanges.length > 0) {
    describe('takes no token from', () => {
      const last = first.exchanges.length - 1;
      test.each(anywhere)('$what', async ({ what: _, ...answer }) => {
        const { client, target, expecting } = await replay(
          await declared,
          contract,
          first.credentials,
        );
        const error = await failure(
          expecting(answeredBy(first.exchanges, last, answer), () => client.login(target)),
        );
        expect(error.exitCode).toBeGreaterThan(3);
      });
    });
  }

  test('works in the sandbox that is made of it', async () => {
    const steps = await trialInSandbox(await declared);
    expect(steps.map(({ name: step, error }) => [step, error?.message])).toEqual(
      ['login', 'verify', 'refresh', 'logout']
        .filter((step) => steps.some((each) => each.name === step))
        .map((step) => [step, undefined]),
    );
    expect(steps.map((step) => step.name)).toContain('login');
  });

  const { refresh, verify, logout } = contract;
  if (refresh) {
    const { signal } = new AbortController();
    test('is refreshed', async () => {
      const { client, target, expecting } = await loggedIn();
      const { session } = await expecting(refresh.exchanges, () =>
        client.renew(target, { signal }),
      );
      await expectTokens(session, refresh.gives, Object.values(first.credentials));
    });
    if (refresh.refusals) {
      test.each(refresh.refusals)('is not refreshed: $what', async (refusal) => {
        const { client, target, expecting } = await loggedIn();
        const exchanges = answeredBy(refresh.exchanges, (refusal.at ?? 1) - 1, refusal.answer);
        const failed = await failure(expecting(exchanges, () => client.renew(target, { signal })));
        expectRefusal(failed, refusal.error, refusal.message ?? '');
      });
    }
  }

  if (verify) {
    const { request } = verify;
    test.each(verify.accepted)('takes a token: $status', async (answer) => {
      const { client, target, expecting } = await loggedIn();
      await expecting([{ request, answer }], () => client.verify(target, undefined));
    });
    test.each(verify.refused)('does not take a token: $status', async (answer) => {
      const { client, target, expecting } = await loggedIn();
      await expect(
        expecting([{ request, answer }], () => client.verify(target, undefined)),
      ).rejects.toMatchObject({ code: 'refused' });
    });
  }

  if (logout) {
    test('logs out', async () => {
      const { client, target, expecting, session } = await loggedIn();
      await expecting(logout.exchanges, () => client.logout(target, session));
    });
    if (logout.gone) {
      test.each(logout.gone)('has logged out before: $status', async (answer) => {
        const { client, target, expecting, session } = await loggedIn();
        const exchanges = answeredBy(logout.exchanges, logout.exchanges.length - 1, answer);
        await expecting(exchanges, () => client.logout(target, session));
      });
    }
  }
});

/** Exchanges up to one that is answered otherwise. */
function answeredBy(
  exchanges: readonly Exchange[],
  index: number,
  answer: AnswerContract,
): readonly Exchange[] {
  const exchange = exchanges[index];
  if (!exchange) throw new Error(`there is no exchange ${index + 1}`);
  return [...exchanges.slice(0, index), { ...exchange, answer }];
}

/** The error of work that must fail. */
async function failure(work: Promise<unknown>): Promise<AuthctlError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AuthctlError) return error;
  throw error ?? new Error('nothing failed');
}

function expectRefusal(
  { code, message, details }: AuthctlError,
  expected: string,
  words: string,
): void {
  expect([code, `${message}: ${details.serverWords}`]).toEqual([
    expected,
    expect.stringContaining(words),
  ]);
}

async function expectTokens(
  { tokenSet }: Session,
  { token, refresh_token, lifetime, keep }: Gives,
  credentials: readonly string[],
): Promise<void> {
  const { accessToken, refreshToken, lifetime: lives, kept } = tokenSet;
  expect({
    token: await decodedAs(accessToken, token, credentials),
    refresh_token: refreshToken,
    lifetime: lives === null ? 'unknown' : lives === longestLifetime ? 'never' : lives / 1000,
    keep: kept,
  }).toEqual({ token, refresh_token, lifetime, keep });
}

async function expectCarried(
  { headers, query, cookies }: Carriers,
  carried: Carried,
  credentials: readonly string[],
): Promise<void> {
  const named = (pairs: readonly { readonly name: string; readonly value: string }[]) =>
    Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  const found = { headers: named(headers), query: named(query), cookies: named(cookies) };
  const expected = { headers: {}, query: {}, cookies: {}, ...carried };
  expect(await decodedAs(found, expected, credentials)).toEqual(expected);
}
