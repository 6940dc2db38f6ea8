/** Logins of several requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { filesUnder } from '../canary/search.ts';
import { tally } from './counting.ts';
import { type Acme, acme, otp, type Paths, userAndPassword } from './declaring.ts';
import { authctl, exitStatus, failure, output } from './harness.ts';
import type { Reply } from './servers.ts';
import { crowd, start, until } from './start.ts';
import { readStored } from './stored.ts';

const login = ['login', 'acme'];
const token: Reply = { body: { token: 'tok' } };

/** A CSRF token, a session that a 409 brings, and the login. */
const three = {
  login: [
    {
      fields: ['user', 'password'],
      steps: [
        { request: { method: 'GET', path: '/csrf' }, keep: { csrf: { at: '/csrf' } } },
        {
          request: {
            method: 'POST',
            path: '/start',
            headers: { 'X-Csrf': '{csrf}' },
            json: { user: '{user}' },
          },
          accepted: { status: [409] },
          keep: {
            session: { at: { header: 'X-Session' } },
            sid: { at: { cookie: 'sid_{user}' } },
          },
        },
      ],
      request: {
        method: 'POST',
        path: '/login',
        headers: { 'X-Csrf': '{csrf}', 'X-Session': '{session}' },
        cookies: { sid: '{sid}' },
        json: { password: '{password}' },
      },
    },
  ],
  answer: { token: '/token', error: { messages: ['/message'] } },
};
const threePaths: Paths = {
  '/csrf': { body: { csrf: 'csrf-1234' } },
  '/start': {
    status: 409,
    headers: { 'X-Session': 'session-1234', 'Set-Cookie': 'sid_me=sid-1234; Path=/' },
    body: {},
  },
  '/login': token,
};

/** A step with the credentials, and a request that brings the token. */
const two = (step: object, answer: object = {}) => ({
  login: [
    {
      fields: ['user', 'password'],
      steps: [
        {
          request: {
            method: 'POST',
            path: '/first',
            json: { user: '{user}', password: '{password}' },
          },
          keep: { ticket: { at: '/ticket' } },
          ...step,
        },
      ],
      request: { method: 'POST', path: '/second', json: { ticket: '{ticket}' } },
    },
  ],
  answer: { token: '/token', error: { messages: ['/message'] }, ...answer },
});
const ticket: Reply = { body: { ticket: 'ticket-1234' } };

describe('the requests of a login', () => {
  test('are sent in turn, each with what it names and no more', async () => {
    const { home, env, server, paths } = await acme(three, threePaths);
    expect(await output(login, { home, env })).toBe('tok\n');
    expect(paths()).toEqual(['/csrf', '/start', '/login']);
    const [csrf, second, last] = server.requests;
    expect(csrf?.headers).not.toHaveProperty('x-csrf');
    expect(csrf?.body).toBe('');
    expect(second).toMatchObject({
      headers: expect.objectContaining({ 'x-csrf': 'csrf-1234' }),
      body: '{"user":"me"}',
    });
    expect(last).toMatchObject({
      headers: expect.objectContaining({
        'x-csrf': 'csrf-1234',
        'x-session': 'session-1234',
        cookie: 'sid=sid-1234',
      }),
      body: '{"password":"c4nary-pass"}',
    });
    expect(JSON.stringify(home.sessions().map(readStored))).not.toMatch(/1234|c4nary/);
  });

  test('are named by -v, without what they keep', async () => {
    const { home, env, server } = await acme(three, threePaths);
    const { stderr } = await authctl([...login, '-v'], { home, env });
    for (const line of [
      `step 1 of 3: GET ${server.url}/csrf`,
      'step 1 of 3: answered 200',
      'step 1 of 3: the answer has csrf',
      'step 2 of 3: answered 409',
      'step 2 of 3: the answer has session',
      `step 3 of 3: POST ${server.url}/login`,
      'step 3 of 3: answered 200',
    ])
      expect(stderr).toContain(`authctl: ${line}\n`);
    expect(stderr).not.toMatch(/1234|c4nary/);
  });

  test('are all shown by --dry-run, and none is sent', async () => {
    const { home, env, server, paths } = await acme(three, threePaths);
    for (const args of [login, ['token', 'acme'], ['exec', 'acme']]) {
      const command = args[0] === 'exec' ? ['--', 'false'] : [];
      const shown = await output([...args, '--dry-run', ...command], { home, env });
      expect(shown.match(/^#.*|^(?:GET|POST) .*/gm)).toEqual([
        '# step 1 of 3',
        `GET ${server.url}/csrf`,
        '# step 2 of 3',
        `POST ${server.url}/start`,
        '# step 3 of 3',
        `POST ${server.url}/login`,
      ]);
      expect(shown).toContain('X-Csrf: ***');
      expect(shown).toContain('{"password":"***"}');
      expect(shown).not.toContain('c4nary');
    }
    expect(paths()).toEqual([]);
  });

  test('obey one time-out together', async () => {
    const slow = (reply: Reply) => () => (response: { end(text: string): void }) => {
      setTimeout(() => response.end(JSON.stringify(reply.body)), 900);
    };
    const { home, env, paths } = await acme(
      {
        ...three,
        login: [
          {
            ...three.login[0],
            steps: three.login[0]?.steps.map(({ accepted: _, ...step }, index) =>
              index === 0 ? step : { ...step, keep: { session: { at: '/s' }, sid: { at: '/s' } } },
            ),
          },
        ],
      },
      {
        '/csrf': slow({ body: { csrf: 'x' } }),
        '/start': slow({ body: { s: 'x' } }),
        '/login': slow(token),
      },
    );
    const started = performance.now();
    const { code, stderr } = await failure([...login, '--timeout', '2s'], { home, env });
    expect([code, stderr]).toEqual([
      5,
      expect.stringMatching(/timed out after 2 s.* \(?step [23] of 3/),
    ]);
    expect(performance.now() - started).toBeLessThan(4500);
    expect(paths().slice(0, 2)).toEqual(['/csrf', '/start']);
    expect(await output([...login, '--timeout', '10s'], { home, env })).toBe('tok\n');
  });
});

describe('a value that a step keeps', () => {
  const stored = {
    ...three,
    login: [
      {
        ...three.login[0],
        steps: three.login[0]?.steps.map((step, index) =>
          index === 0 ? { ...step, keep: { csrf: { at: '/csrf', stored: true } } } : step,
        ),
      },
    ],
    use: {
      header: 'Authorization',
      value: 'Bearer {token}',
      headers: { 'X-Csrf': '{csrf}' },
    },
  };

  test('is of use for the session if it is stored', async () => {
    const { home, env, paths } = await acme(stored, threePaths);
    await output(login, { home, env });
    const token = (format: string) => output(['token', 'acme', '-o', format], { home });
    expect(await token('header')).toBe('Authorization: Bearer tok\nX-Csrf: csrf-1234\n');
    expect(await token('env')).toContain('ACME_KEEP_CSRF');
    expect(await token('env')).not.toMatch(/SESSION|SID/);
    expect(JSON.parse(await token('json'))).toMatchObject({
      keep: { csrf: 'csrf-1234' },
      headers: { 'X-Csrf': 'csrf-1234' },
    });
    const inside = await output(['exec', 'acme', '--', 'env'], { home, env });
    expect(inside).toMatch(/^ACME_KEEP_CSRF=csrf-1234$/m);
    expect(inside).not.toMatch(/c4nary|session-1234|sid-1234/);
    expect(paths()).toHaveLength(3);
  });

  test('is the token if the answer says so', async () => {
    const { home, env } = await acme(
      {
        ...two({ keep: { ticket: { at: { header: 'X-Auth' } } } }),
        answer: { token: { value: 'ticket' }, lifetime: { documented: 3600 } },
      },
      { '/first': { headers: { 'X-Auth': 'tok-of-step' } }, '/second': { status: 204 } },
    );
    expect(await output(login, { home, env })).toBe('tok-of-step\n');
    expect(await output(['token', 'acme'], { home })).toBe('tok-of-step\n');
  });

  test('that is missing ends the login there', async () => {
    const { home, env, paths } = await acme(two({}), { '/first': { body: {} } });
    const { code, stderr } = await failure(login, { home, env });
    expect([code, stderr]).toEqual([
      7,
      expect.stringContaining('the answer from Acme has no ticket (step 1 of 2)'),
    ]);
    expect(paths()).toEqual(['/first']);
  });
});

describe('a step that fails', () => {
  const said = (status: number, body: object): Reply => ({ status, body });
  const locked = said(200, { code: 'LOCKED', message: 'Locked', detail: 'Locked out' });
  const isLocked = [{ body: [{ at: '/code', in: ['LOCKED'] }] }];
  const rows: readonly (readonly [string, object, Reply, number, string])[] = [
    [
      '401',
      two({}),
      said(401, { message: 'Wrong' }),
      4,
      'refused the credentials (step 1 of 2): Wrong',
    ],
    ['429', two({}), said(429, {}), 6, '429, too many requests'],
    ['500', two({}), said(500, {}), 5, '500, a server error'],
    ['302', two({}), { status: 302, headers: { Location: '/x' } }, 7, '302, a redirect'],
    ['404', two({}), said(404, {}), 7, '404, not found'],
    [
      'the words for a refusal of the answer',
      two({}, { refused: isLocked }),
      locked,
      4,
      'refused the credentials (step 1 of 2): Locked\n',
    ],
    [
      'its own words for a refusal',
      two({ refused: isLocked, error: { messages: ['/detail'] } }),
      locked,
      4,
      'refused the credentials (step 1 of 2): Locked out',
    ],
    [
      'a refusal of the answer, where it has its own words',
      two({ refused: [{ status: [418] }] }, { refused: isLocked }),
      locked,
      7,
      'has no ticket',
    ],
    ['the words for a limit of the answer', two({}, { limited: isLocked }), locked, 6, 'no more'],
    ['its own words for a limit', two({ limited: isLocked }), locked, 6, 'no more logins'],
  ];

  test.concurrent.each(rows)('by %s ends the login', async (_, declaration, reply, exit, says) => {
    const { home, env, paths } = await acme(declaration, { '/first': reply, '/second': token });
    const { code, stderr } = await failure([...login, '--retries', '0'], { home, env });
    expect([code, stderr]).toEqual([exit, expect.stringContaining(says)]);
    expect(stderr).toContain('(step 1 of 2)');
    expect(paths()).toEqual(['/first']);
  });

  test('by a refusal is not asked again by token, and its hint names what it sent', async () => {
    const declaration = {
      ...two({ request: { method: 'POST', path: '/first', json: { user: '{user}' } } }),
    };
    declaration.login[0] = {
      fields: ['user', 'password'],
      steps: declaration.login[0]?.steps ?? [],
      request: {
        method: 'POST',
        path: '/second',
        json: { ticket: '{ticket}', password: '{password}' } as never,
      },
    };
    let refuses = '/first';
    const judged = (path: string, reply: Reply) => () =>
      path === refuses ? said(401, { message: 'No' }) : reply;
    const { home, env, paths } = await acme(declaration, {
      '/first': judged('/first', ticket),
      '/second': judged('/second', token),
    });
    const first = await failure(['token', 'acme'], { home, env });
    expect(first.stderr).toBe(
      'authctl: Acme refused the credentials (step 1 of 2): No\nhint: check user from ACME_USER\n',
    );
    const again = await failure(['token', 'acme'], { home, env });
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining('remembered')]);
    expect(again.stderr).toContain('hint: check user from ACME_USER\n');
    expect(paths()).toEqual(['/first']);
    refuses = '/second';
    const second = await failure(login, { home, env });
    expect(second.stderr).toBe(
      'authctl: Acme refused the credentials (step 2 of 2): No\nhint: check password from ACME_PASSWORD\n',
    );
    expect(paths()).toEqual(['/first', '/first', '/second']);
  });
});

describe('a request with a condition', () => {
  /** A second factor for some accounts. */
  const some = {
    fields: [...userAndPassword, otp],
    login: [
      {
        fields: ['user', 'password', 'otp'],
        steps: [
          {
            request: {
              method: 'POST',
              path: '/login',
              json: { user: '{user}', password: '{password}' },
            },
            keep: { challenge: { at: '/challenge', optional: true } },
          },
        ],
        when: { body: [{ at: '/challenge' }] },
        request: {
          method: 'POST',
          path: '/code',
          json: { challenge: '{challenge}', code: '{otp}' },
        },
      },
    ],
    answer: { token: '/token', error: { messages: ['/message'] } },
  };
  const somePaths: Paths = {
    '/login': ({ body }) =>
      JSON.parse(body).user === 'me' ? { body: { challenge: 'ch-1' } } : token,
    '/code': { body: { token: 'tok-2' } },
  };

  test('is sent only then; else the answer before it has the token', async () => {
    const { home, env, paths, sent } = await acme(some, somePaths);
    const plain = { ...env, ACME_USER: 'plain' };
    expect(await output(login, { home, env: plain })).toBe('tok\n');
    const { stdout } = await authctl([...login, '--otp', '123456'], { home, env });
    expect(stdout).toBe('tok-2\n');
    expect(paths()).toEqual(['/login', '/login', '/code']);
    expect(sent('/code')).toEqual([{ challenge: 'ch-1', code: '123456' }]);
    expect((await authctl([...login, '-v'], { home, env: plain })).stderr).toContain(
      'step 2 of 2: not needed',
    );
    expect(await output([...login, '--dry-run'], { home, env })).toContain(
      '# step 2 of 2, if the answer before asks for it\n',
    );
  });

  test('of a step leaves out that step alone', async () => {
    const { home, env, paths } = await acme(
      {
        login: [
          {
            fields: ['user', 'password'],
            steps: [
              { request: { method: 'GET', path: '/a' } },
              {
                request: { method: 'GET', path: '/b' },
                when: { body: [{ at: '/terms', in: ['new'] }] },
              },
            ],
            request: {
              method: 'POST',
              path: '/login',
              json: { user: '{user}', password: '{password}' },
            },
          },
        ],
        answer: { token: '/token' },
      },
      {
        '/a': (_, count) => ({ body: { terms: count === 1 ? 'new' : 'old' } }),
        '/b': {},
        '/login': token,
      },
    );
    await output(login, { home, env });
    await output(login, { home, env });
    expect(paths()).toEqual(['/a', '/b', '/login', '/a', '/login']);
  });

  test('keeps nothing of a refusal that it judges, in any file', async () => {
    const { home, env } = await acme(some, {
      '/login': ({ body }) => ({ body: { message: `You sent ${body}`, error: body } }),
    });
    const { code, stderr } = await failure(['token', 'acme'], { home, env });
    expect([code, stderr]).toEqual([7, expect.not.stringContaining('c4nary')]);
    expect(stderr).toContain('(step 1 of 2)');
    for (const [name, text] of filesUnder(home.path))
      expect([name, text.includes('c4nary')]).toEqual([name, false]);
  });
});

describe('fifty processes', () => {
  const token = ['token', 'acme'];

  test('make each request once', async () => {
    const { home, env, paths } = await acme(three, threePaths);
    expect(tally(await crowd(50, token, { home, env }))).toEqual({ '0 tok': 50 });
    expect(paths()).toEqual(['/csrf', '/start', '/login']);
  }, 120_000);

  test('make one request if that is refused', async () => {
    const { home, env, paths } = await acme(two({}), {
      '/first': { status: 401, body: { message: 'Wrong' } },
    });
    expect(tally(await crowd(50, token, { home, env }))).toEqual({
      '4 authctl: Acme refused the credentials (step 1 of 2): Wrong': 50,
    });
    expect(paths()).toEqual(['/first']);
  }, 120_000);
});

describe('a login that is ended between two steps', () => {
  /** The second step is not answered the first time. */
  async function hanging() {
    return acme(three, {
      ...threePaths,
      '/start': (_, count) => (count === 1 ? () => {} : (threePaths['/start'] as Reply)),
    });
  }
  const atStart = ({ paths }: Acme) => until(() => paths().includes('/start'));

  test.concurrent('by SIGKILL does not hinder the next', async () => {
    const api = await hanging();
    const { home, env, paths } = api;
    const first = start(['token', 'acme'], { home, env });
    await atStart(api);
    first.signal('SIGKILL');
    await first.ended;
    const started = performance.now();
    expect(await output(['token', 'acme'], { home, env })).toBe('tok\n');
    expect(performance.now() - started).toBeLessThan(25_000);
    expect(paths()).toEqual(['/csrf', '/start', '/csrf', '/start', '/login']);
  }, 60_000);

  test.concurrent.each(['SIGINT', 'SIGTERM'] as const)('by %s sends no more', async (signal) => {
    const api = await hanging();
    const { home, env, paths } = api;
    const first = start(['token', 'acme'], { home, env });
    await atStart(api);
    first.signal(signal);
    const outcome = await first.ended;
    expect([exitStatus(outcome), outcome.stdout]).toEqual([signal === 'SIGINT' ? 130 : 143, '']);
    await sleep(300);
    expect(paths()).toEqual(['/csrf', '/start']);
    expect(home.sessions()).toEqual([]);
    expect(await output(['token', 'acme'], { home, env })).toBe('tok\n');
  });
});
