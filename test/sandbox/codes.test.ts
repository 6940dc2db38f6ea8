/** The sandbox asks for one-time codes, and takes each code by time once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { exchange, inCorpus, world } from './exchanges.ts';

const coded = inCorpus('coded');
const timed = inCorpus('timed');
/** The code is missing from a step, and sent with it. */
const early: Declaration = {
  ...coded,
  name: 'early',
  login: [
    {
      fields: ['user', 'password'],
      steps: [
        {
          request: { method: 'POST', path: '/pass', form: { u: '{user}', code: '{otp}' } },
          asks: { field: 'otp', when: { status: [401], body: [{ at: '/need', in: ['code'] }] } },
          keep: { ticket: { at: '/ticket', optional: true } },
        },
      ],
      request: { method: 'POST', path: '/login', json: { t: '{ticket}', p: '{password}' } },
    },
  ],
  answer: { token: '/token' },
};

/** Within a period, so that no test crosses its end. */
let now = Date.UTC(2026, 0, 2, 3, 4, 5);
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox([coded, timed, early], { ...world, now: () => now });
});
afterAll(() => sandbox.close());

const ask = (declaration: Declaration, over: Record<string, string | undefined> = {}, at = now) =>
  exchange(declaration, sandbox.origin, declaration.login[0]?.request, { over, now: at });

describe('a login that asks for a code', () => {
  test.each([
    ['the right code', {}, 200, undefined],
    ['no code', { otp: undefined }, 401, 'code'],
    ['a wrong code', { otp: '654321' }, 401, undefined],
    ['a wrong password', { password: 'wrong' }, 401, undefined],
    ['a wrong password and no code', { password: 'wrong', otp: undefined }, 401, undefined],
  ])('is answered with %s', async (_, over, status, need) => {
    const answer = await ask(coded, over);
    expect([answer.status, answer.body.need]).toEqual([status, need]);
    expect('token' in answer.body).toBe(status === 200);
  });

  test('has a demo code', () => {
    expect(samplesOf(coded).credentials['otp']).toBe('123456');
  });

  test('may ask for it in a step, which is sent again', async () => {
    const step = (over: Record<string, string | undefined>) =>
      exchange(early, sandbox.origin, early.login[0]?.steps?.[0]?.request, { over });
    const asked = await step({ otp: undefined });
    expect([asked.status, asked.body.need]).toEqual([401, 'code']);
    const ticket = String(asked.body.ticket);
    expect((await ask(early, { ticket })).status).toBe(401);
    expect((await step({ otp: '1' })).body?.need).toBeUndefined();
    const { status, body } = await step({});
    expect([status, body.need]).toEqual([200, undefined]);
    expect((await ask(early, { ticket: String(body.ticket) })).status).toBe(200);
  });
});

describe('a code by time', () => {
  const period = 10_000;

  test.each([
    ['of the present period', 0, 200],
    ['of the period before', -1, 200],
    ['of the next period', 1, 200],
    ['of two periods before', -2, 401],
    ['of the period after the next', 2, 401],
  ])('%s', async (_, periods, status) => {
    now += 100 * period;
    expect((await ask(timed, {}, now + periods * period)).status).toBe(status);
  });

  test('is taken once', async () => {
    now += 100 * period;
    expect((await ask(timed)).status).toBe(200);
    expect((await ask(timed)).status).toBe(401);
    now += period;
    expect((await ask(timed)).status).toBe(200);
  });

  test('of another seed is refused, and does not use up the right one', async () => {
    now += 100 * period;
    expect((await ask(timed, { seed: 'MFRGGZDFMZTWQ2LK' })).status).toBe(401);
    expect((await ask(timed, { user: 'other' })).status).toBe(401);
    expect((await ask(timed)).status).toBe(200);
  });
});
