/** The sandbox serves logins and logouts of several requests. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { logoutStages } from '../../src/declaration/uses.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { exchange, inCorpus, world } from './exchanges.ts';

const stepped = inCorpus('stepped');
const started: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.close()));
});

type Values = Readonly<Record<string, string | undefined>>;

/** A sandbox of one provider, and its requests. */
async function serve(declaration: Declaration) {
  const sandbox = await startSandbox([declaration], world);
  started.push(sandbox);
  const { origin } = sandbox;
  const { login, refresh, verify } = declaration;
  const step = (index: number, over: Values = {}, which = 0) =>
    exchange(declaration, origin, login[which]?.steps?.[index]?.request, { over });
  const last = (over: Values, which = 0) =>
    exchange(declaration, origin, login[which]?.request, { over });
  const csrf = async () => (await step(0)).headers.get('x-csrf') ?? '';
  /** The first two steps. */
  const begin = async () => {
    const known = { csrf: await csrf() };
    const { status, body, cookies } = await step(1, known);
    return { ...known, status, challenge: String(body.challenge), sid: cookies.get('sid') ?? '' };
  };
  return {
    ...{ step, last, csrf, begin },
    logIn: async () => {
      const { csrf, challenge, sid } = await begin();
      expect((await last({ csrf, challenge })).status).toBe(200);
      return { csrf, token: sid };
    },
    verify: async (over: Values) =>
      (await exchange(declaration, origin, verify?.request, { over, use: true })).status,
    refresh: (over: Values) => exchange(declaration, origin, refresh?.request, { over }),
    leave: (index: number, over: Values) =>
      exchange(declaration, origin, logoutStages(declaration)[index]?.request, { over, use: true }),
  };
}

describe('a login of several requests', () => {
  test('gives fresh values, which the next requests bring, and the token in a step', async () => {
    const { begin, last, verify } = await serve(stepped);
    const [one, two] = [await begin(), await begin()];
    expect(one.csrf).toMatch(/^sandbox-csrf-[0-9a-f]{8}$/);
    expect(one.challenge).toMatch(/^sandbox-challenge-[0-9a-f]{8}$/);
    expect([one.status, two.csrf === one.csrf, two.sid === one.sid]).toEqual([409, false, false]);
    expect(await verify({ token: one.sid, csrf: one.csrf })).toBe(401);
    expect((await last({ csrf: one.csrf, challenge: one.challenge })).status).toBe(200);
    expect(await verify({ token: one.sid, csrf: one.csrf })).toBe(200);
    expect(await verify({ token: one.sid, csrf: two.csrf })).toBe(401);
    expect(await verify({ token: two.sid, csrf: two.csrf })).toBe(401);
  });

  test.each<[string, Values]>([
    ['another value', { csrf: 'sandbox-csrf-00000000' }],
    ['a wrong password', { password: 'wrong' }],
    ['a missing value', { csrf: undefined }],
  ])('refuses a step with %s in its own words', async (_, over) => {
    const { csrf, step } = await serve(stepped);
    const { status, body } = await step(1, { csrf: await csrf(), ...over });
    expect([status, body.state]).toEqual([400, 'wrong']);
    expect(body.challenge).toBeUndefined();
  });

  test.each<[string, Values]>([
    ['a wrong code', { otp: '654321' }],
    ['no code', { otp: undefined }],
    ['another challenge', { challenge: 'sandbox-challenge-00000000' }],
    ['another value of the first step', { csrf: 'sandbox-csrf-00000000' }],
  ])('refuses the last request with %s, and takes the right one then', async (_, over) => {
    const { begin, last } = await serve(stepped);
    const { csrf, challenge } = await begin();
    const { status, body } = await last({ csrf, challenge, ...over });
    expect([status, body]).toEqual([401, { message: expect.any(String) }]);
    expect((await last({ csrf, challenge })).status).toBe(200);
  });

  test('refuses what is out of order, of two logins, or of one that is over', async () => {
    const { csrf, begin, last } = await serve(stepped);
    const only = { csrf: await csrf(), challenge: 'sandbox-challenge-00000000' };
    expect((await last(only)).status).toBe(401);
    const [one, two] = [await begin(), await begin()];
    expect((await last({ csrf: one.csrf, challenge: two.challenge })).status).toBe(401);
    const right = { csrf: one.csrf, challenge: one.challenge };
    expect((await last(right)).status).toBe(200);
    expect((await last(right)).status).toBe(401);
  });

  test('is forgotten after a hundred others', async () => {
    const { csrf, step } = await serve(stepped);
    const known = { csrf: await csrf() };
    for (let count = 0; count < 4; count++) await Promise.all(Array.from({ length: 25 }, csrf));
    expect((await step(1, known)).status).toBe(400);
    expect((await step(1, { csrf: await csrf() })).status).toBe(409);
  });

  test('may begin with the request of another login', async () => {
    const [first] = stepped.login;
    const steps = [
      {
        request: { method: 'GET' as const, path: '/csrf' },
        keep: { csrf: { at: '/csrf', stored: true } },
      },
    ];
    const request = { method: 'POST' as const, path: '/key', json: { c: '{csrf}', u: '{user}' } };
    const simple = { fields: ['user'], steps, request };
    const both = { ...stepped, login: first ? [first, simple] : [], answer: { token: '/token' } };
    const { step, last } = await serve(both);
    const { headers, body } = await step(0);
    const csrf = headers.get('x-csrf') ?? '';
    expect(body.csrf).toBe(csrf);
    expect((await step(1, { csrf })).status).toBe(409);
    expect((await last({ csrf }, 1)).status).toBe(200);
  });

  test('works beside sample answers of the declaration', async () => {
    const credentials = { user: 'u', password: 'p', otp: '7' };
    const success = { status: 201, body: { done: true } };
    const sandbox = { credentials, success, refused: { status: 418, body: { own: true } } };
    const { begin, last } = await serve({ ...stepped, sandbox });
    const { csrf, challenge } = await begin();
    expect((await last({ csrf, challenge, otp: '8' })).status).toBe(418);
    expect((await last({ csrf, challenge })).body).toEqual({ done: true });
  });
});

describe('a session', () => {
  test('ends by the next login, if tokens are exclusive', async () => {
    const { logIn, verify } = await serve(stepped);
    const [one, two] = [await logIn(), await logIn()];
    expect([await verify(one), await verify(two)]).toEqual([401, 200]);
  });

  test('stays otherwise', async () => {
    const { exclusive: _, ...answer } = stepped.answer;
    const { logIn, verify } = await serve({ ...stepped, answer });
    const [one, two] = [await logIn(), await logIn()];
    expect([await verify(one), await verify(two)]).toEqual([200, 200]);
  });

  test('is renewed where its refresh has the token, which ends the earlier one', async () => {
    const { logIn, verify, refresh } = await serve(stepped);
    const { csrf, token } = await logIn();
    expect((await refresh({ csrf: 'other', token })).status).toBe(401);
    const { body } = await refresh({ csrf, token });
    expect(Object.keys(body)).toEqual(['sid']);
    expect(await verify({ csrf, token })).toBe(401);
    expect(await verify({ csrf, token: body.sid })).toBe(200);
  });

  test('is ended by the steps of a logout in turn', async () => {
    const { logIn, verify, leave } = await serve(stepped);
    const session = await logIn();
    expect((await leave(1, { ...session, leave_token: 'sandbox-leave-token-0' })).status).toBe(401);
    expect((await leave(0, { ...session, token: 'other' })).status).toBe(401);
    const { body } = await leave(0, session);
    expect(await verify(session)).toBe(200);
    expect((await leave(1, { ...session, leave_token: `${body.token}0` })).status).toBe(401);
    expect((await leave(1, { ...session, leave_token: body.token })).status).toBe(204);
    expect(await verify(session)).toBe(401);
  });
});
