/** One-time codes: those that the user types, and those of a seed. */
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { filesUnder } from '../canary/search.ts';
import { describeWith } from '../parts.ts';
import { tally } from './counting.ts';
import { type Acme, acme, otp, type Paths, userAndPassword } from './declaring.ts';
import { authctl, type Env, failure, output, type RunOptions } from './harness.ts';
import type { Reply } from './servers.ts';
import { crowd, start } from './start.ts';
import { age } from './stored.ts';
import { answer, atTerminal } from './terminal.ts';

const code = '918273';
const login = ['login', 'acme'];
const token = ['token', 'acme'];
const many = 50;

const asks = { field: 'otp', when: { status: [401], body: [{ at: '/need', in: ['code'] }] } };
const credentials = { user: '{user}', password: '{password}' };
const needed: Reply = { status: 401, body: { need: 'code' } };
const wrong: Reply = { status: 401, body: { message: 'Wrong code' } };

/** The login is made again with the code. */
const inAnswer = {
  fields: [...userAndPassword, otp],
  login: [
    {
      fields: ['user', 'password'],
      request: { method: 'POST', path: '/login', json: { ...credentials, code: '{otp}' } },
    },
  ],
  answer: { token: '/token', asks, error: { messages: ['/message'] } },
};
const answerPaths: Paths = {
  '/login': ({ body }, count) => {
    const { code: given } = JSON.parse(body);
    if (given === undefined) return needed;
    return given === code ? { body: { token: `tok${count}`, expires_in: 3600 } } : wrong;
  },
};

/** The code goes into a second request. */
const inStep = {
  fields: [...userAndPassword, otp],
  login: [
    {
      fields: ['user', 'password'],
      steps: [
        {
          request: { method: 'POST', path: '/login', json: credentials },
          asks,
          keep: { challenge: { at: '/challenge' } },
        },
      ],
      request: {
        method: 'POST',
        path: '/code',
        json: { challenge: '{challenge}', code: '{otp}' },
      },
    },
  ],
  answer: { token: '/token', error: { messages: ['/message'] } },
};
const stepPaths: Paths = {
  '/login': (_, count) => ({ status: 401, body: { need: 'code', challenge: `ch-${count}` } }),
  '/code': ({ body }, count) =>
    JSON.parse(body).code === code ? { body: { token: `tok${count}` } } : wrong,
};

const withAnswer = (env?: Env) => acme(inAnswer, answerPaths, env);
const withStep = (env?: Env) => acme(inStep, stepPaths, env);

/** Runs a command that may say something, and has to succeed. */
async function printed(args: readonly string[], options: RunOptions): Promise<string> {
  const outcome = await authctl(args, options);
  expect([outcome.code, outcome.stderr]).toEqual([0, expect.any(String)]);
  return outcome.stdout;
}

function expectNotStored({ home }: Acme): void {
  const files = [...filesUnder(home.path)].filter(([, text]) => text.includes(code));
  expect(files.map(([name]) => name)).toEqual([]);
}

describe.each([
  ['in the answer', withAnswer, ['/login']],
  ['in a step', withStep, ['/login', '/code']],
] as const)('a code that is asked for %s', (_, api, all) => {
  test('is sent at once if it is given, and never stored', async () => {
    const made = await api();
    const { home, env, paths } = made;
    expect(await printed([...login, '--otp', code], { home, env })).toBe('tok1\n');
    const stdin = { home, env, stdin: `${code}\n` };
    expect(await output([...login, '--otp-stdin'], stdin)).toBe('tok2\n');
    expect(paths()).toEqual([...all, ...all]);
    expect(await output(token, { home, env })).toBe('tok2\n');
    expectNotStored(made);
  });

  test('and is missing without a terminal is an error that names the flags', async () => {
    const { home, env, paths } = await api();
    const { code: exit, stderr } = await failure(token, { home, env });
    const label = all.length > 1 ? ' (step 1 of 2)' : '';
    expect([exit, stderr]).toEqual([
      3,
      `authctl: Acme asks for a one-time code, otp${label}: use --otp or --otp-stdin\n` +
        'hint: authctl login acme\n',
    ]);
    const again = await failure(token, { home, env });
    expect([again.code, again.stderr]).toEqual([
      3,
      expect.stringMatching(/use --otp or --otp-stdin \(remembered from \d+ s ago; /),
    ]);
    expect((await failure(['exec', 'acme', '--', 'true'], { home, env })).stderr).toContain(
      'remembered',
    );
    expect(paths()).toEqual(['/login']);
    expect((await failure(login, { home, env })).stderr).not.toContain('remembered');
    expect(paths()).toEqual(['/login', '/login']);
    expect(await printed([...token, '--otp', code], { home, env })).toMatch(/^tok\d\n$/);
  });

  test('and is wrong is a refusal, which is not repeated', async () => {
    const made = await api();
    const { home, env, paths } = made;
    for (const _ of [1, 2]) {
      const { code: exit, stderr } = await failure([...token, '--otp', '000000'], { home, env });
      expect([exit, stderr]).toEqual([4, expect.stringContaining('Acme refused the')]);
      expect(stderr).toMatch(/hint: check .*otp from --otp/);
      expect(stderr).not.toContain('000000');
      expect(paths()).toEqual(all);
    }
    expect(await printed([...token, '--otp', code], { home, env })).toMatch(/^tok\d\n$/);
  });

  test('is read from no variable, and a command does not get it from one', async () => {
    const made = await api({ ACME_OTP: code });
    const { home, env, sent } = made;
    expect((await failure(login, { home, env })).code).toBe(3);
    expect(JSON.stringify(sent('/login'))).not.toContain(code);
    expect(await printed([...login, '--otp', code], { home, env })).toMatch(/^tok/);
    const inside = await output(['exec', 'acme', '--', 'env'], { home, env });
    expect(inside).not.toContain(code);
  });

  test('has no other place', async () => {
    const made = await api();
    const { home, env, paths } = made;
    const file = home.write('otp', code);
    for (const args of [
      [...login, '--otp-file', file],
      ['config', 'set', 'acme.otp', code],
      ['credentials', 'set', 'acme', '--otp', code],
      ['credentials', 'set', 'acme', '--otp-stdin'],
    ]) {
      const { code: exit, stderr } = await failure(args, { home, env, stdin: code });
      expect([args, exit, stderr]).toEqual([args, 2, expect.not.stringContaining(code)]);
    }
    home.write('otp', '');
    expectNotStored(made);
    expect(paths()).toEqual([]);
  });

  test('is lacking in fifty processes: one logs in', async () => {
    const { home, env, paths } = await api();
    const ends = tally(await crowd(many, token, { home, env }));
    expect(Object.values(ends)).toEqual([many]);
    expect(Object.keys(ends)[0]).toMatch(/^3 authctl: Acme asks for a one-time code, otp/);
    expect(paths()).toEqual(['/login']);
  }, 120_000);
});

test('a step that asks keeps nothing secret in the error, be it of its own answer', async () => {
  const message = (challenge: string, body: string) => `${challenge} is for ${body}`;
  const { home, env } = await acme(inStep, {
    '/login': ({ body }) => ({
      status: 401,
      body: { need: 'code', challenge: 'c4nary-ch', message: message('c4nary-ch', body) },
    }),
  });
  const { code: exit, stderr } = await failure(token, { home, env });
  expect([exit, stderr]).toEqual([3, expect.not.stringContaining('c4nary')]);
  expect(stderr).toContain('*** is for');
  for (const [name, text] of filesUnder(home.path)) {
    expect([name, text.includes('c4nary')]).toEqual([name, false]);
  }
});

test('a watch that needs a code, which nobody can give, ends', async () => {
  const { home, env, paths } = await acme(
    { ...inAnswer, answer: { ...inAnswer.answer, lifetime: { at: '/expires_in' } } },
    answerPaths,
  );
  await printed([...login, '--otp', code], { home, env });
  age(home, 3598);
  const { code: exit, stderr } = await authctl([...token, '--watch', '--out-file', 'token'], {
    home,
    env,
  });
  expect([exit, stderr]).toEqual([3, expect.stringContaining('--otp')]);
  expect(paths()).toHaveLength(2);
});

test('a code that every login needs is named among what is missing', async () => {
  const { optional: _, ...required } = otp;
  const { home, env, paths } = await acme(
    {
      ...inAnswer,
      fields: [...userAndPassword, required],
      login: [{ ...inAnswer.login[0], fields: ['user', 'password', 'otp'] }],
      answer: { token: '/token' },
    },
    answerPaths,
  );
  const { code: exit, stderr } = await failure(token, { home, env });
  expect([exit, stderr]).toEqual([
    3,
    expect.stringContaining('missing for Acme: otp (--otp or --otp-stdin)'),
  ]);
  expect(stderr).not.toMatch(/ACME_OTP|config set|credentials set/);
  expect(paths()).toEqual([]);
});

describeWith(['expect'], 'on a terminal', () => {
  const typed = answer('(otp): ', `${code}\\r`);

  test('the code is asked for, and the login is made once more', async () => {
    const made = await withAnswer();
    const { home, env, sent } = made;
    const { code: exit, printed, screen } = await atTerminal(login, [typed], env, home);
    expect([exit, printed]).toEqual([0, 'tok2\n']);
    expect(screen).toContain('Code (otp): ');
    expect(screen).not.toContain(code);
    expect(sent('/login')).toEqual([
      { user: 'me', password: 'c4nary-pass' },
      { user: 'me', password: 'c4nary-pass', code },
    ]);
    expect(await output(token, { home })).toBe('tok2\n');
    home.write('script.exp', '');
    expectNotStored(made);
  });

  test('in a step, the login goes on', async () => {
    const { home, env, paths, sent } = await withStep();
    const { code: exit, printed } = await atTerminal(login, [typed], env, home);
    expect([exit, printed]).toEqual([0, 'tok1\n']);
    expect(paths()).toEqual(['/login', '/code']);
    expect(sent('/code')).toEqual([{ challenge: 'ch-1', code }]);
  });

  test('in a step that sends the code itself, that step is made once more', async () => {
    const { home, env, paths, sent } = await acme(
      {
        fields: [...userAndPassword, otp],
        login: [
          {
            fields: ['user', 'password'],
            steps: [
              {
                request: {
                  method: 'POST',
                  path: '/first',
                  json: { ...credentials, code: '{otp}' },
                },
                asks,
                keep: { ticket: { at: '/ticket' } },
              },
            ],
            request: { method: 'POST', path: '/second', json: { ticket: '{ticket}' } },
          },
        ],
        answer: { token: '/token' },
      },
      {
        '/first': ({ body }) =>
          JSON.parse(body).code === code ? { body: { ticket: 'ticket-1' } } : needed,
        '/second': { body: { token: 'tok' } },
      },
    );
    const { code: exit, printed, screen } = await atTerminal(login, [typed], env, home);
    expect([exit, printed, screen]).toEqual([0, 'tok\n', expect.any(String)]);
    expect(paths()).toEqual(['/first', '/first', '/second']);
    expect(sent('/second')).toEqual([{ ticket: 'ticket-1' }]);
    expect((await failure(login, { home, env })).stderr).toContain('use --otp or --otp-stdin');
  });

  test.each([
    ['in the answer', withAnswer, ['/login', '/login']],
    ['in a step', withStep, ['/login', '/code']],
  ] as const)('a wrong one is a refusal %s', async (_, api, all) => {
    const { home, env, paths } = await api();
    const keys = [answer('(otp): ', '111111\\r')];
    const { code: exit, screen } = await atTerminal(token, keys, env, home);
    expect([exit, screen]).toEqual([4, expect.stringContaining('Wrong code')]);
    expect(screen).not.toContain('111111');
    expect(paths()).toEqual(all);
    // Only without a terminal is the refusal remembered.
    expect((await failure(token, { home, env })).stderr).toContain('remembered');
    expect(paths()).toEqual(all);
    expect((await atTerminal(token, [typed], env, home)).printed).toMatch(/^tok\d\n$/);
  });

  test('a server that asks again and again is asked twice', async () => {
    const { home, env, paths } = await acme(inAnswer, { '/login': needed });
    const { code: exit, screen } = await atTerminal(token, [typed], env, home);
    expect([exit, screen]).toEqual([4, expect.stringContaining('refused the one-time code')]);
    expect(screen).toContain('hint: check the one-time code');
    expect(paths()).toHaveLength(2);
  });

  test('a code that the way to log in does not send is not asked for', async () => {
    const key = { name: 'api_key', label: 'Key', secret: true };
    const byKey = {
      fields: ['api_key'],
      request: { method: 'POST', path: '/login', json: { key: '{api_key}' } },
    };
    const { home, paths } = await acme(
      { ...inAnswer, fields: [...userAndPassword, otp, key], login: [...inAnswer.login, byKey] },
      { '/login': needed },
    );
    const { code: exit, screen } = await atTerminal(
      token,
      [],
      { ACME_API_KEY: 'k-1234', ACME_USER: undefined },
      home,
    );
    expect([exit, screen]).toEqual([4, expect.stringContaining('does not send')]);
    expect(screen).not.toMatch(/\(otp\): |TIMEOUT/);
    expect(paths()).toHaveLength(1);
  });

  test('token and exec ask, though a run before could not', async () => {
    const { home, env, paths } = await withAnswer();
    expect((await failure(token, { home, env })).code).toBe(3);
    const { code: exit, printed } = await atTerminal(token, [typed], env, home);
    expect([exit, printed]).toEqual([0, 'tok3\n']);
    const other = await withStep();
    expect((await failure(token, other)).code).toBe(3);
    const args = ['exec', 'acme', '--', 'sh', '-c', 'echo $ACME_TOKEN'];
    const ran = await atTerminal(args, [typed], other.env, other.home);
    expect([ran.code, ran.printed]).toEqual([0, 'tok1\n']);
    expect(paths()).toHaveLength(3);
  });

  test('Ctrl-C at the question ends the login, and hinders no other', async () => {
    const { home, env, paths } = await withStep();
    const keys = [answer('(otp): ', '\\x03')];
    const { code: exit, printed: nothing } = await atTerminal(token, keys, env, home);
    expect([exit, nothing]).toEqual([130, '']);
    expect(paths()).toEqual(['/login']);
    expect(home.sessions()).toEqual([]);
    expect(await printed([...token, '--otp', code], { home, env })).toBe('tok1\n');
  });

  test('the time in which the user looks for the code does not count', async () => {
    const { home, env } = await withStep();
    const slowly = ['expect {(otp): }', 'sleep 3', `send "${code}\\r"`];
    const { code: exit, printed } = await atTerminal(
      [...token, '--timeout', '2s'],
      slowly,
      env,
      home,
    );
    expect([exit, printed]).toEqual([0, 'tok1\n']);
  });
});

/** RFC 6238, written from it. */
function totp(seed: Buffer, period: number, at = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(Math.floor(at / 1000 / period), 4);
  const mac = createHmac('sha1', seed).update(counter).digest();
  const number = mac.readUInt32BE((mac[19] ?? 0) & 15) % 2 ** 31;
  return `${number % 1_000_000}`.padStart(6, '0');
}

describe('a code of a seed', () => {
  const seed = 'JBSWY3DPEHPK3PXP';
  const bytes = Buffer.from('Hello!\xde\xad\xbe\xef', 'latin1');

  const withSeed = (period: number) => {
    const used: string[] = [];
    const made = acme(
      {
        fields: [...userAndPassword.slice(0, 1), { name: 'seed', label: 'Seed', secret: true }],
        derive: { code: { totp: { secret: '{seed}', period } } },
        login: [
          {
            fields: ['user', 'seed'],
            request: { method: 'POST', path: '/login', json: { user: '{user}', code: '{code}' } },
          },
        ],
        answer: { token: '/token' },
      },
      {
        '/login': ({ body }, count) => {
          const { code: given } = JSON.parse(body);
          const now = [0, period].map((ago) => totp(bytes, period, Date.now() - ago * 1000));
          if (used.includes(given) || !now.includes(given)) return wrong;
          used.push(given);
          return { body: { token: `tok${count}` } };
        },
      },
      { ACME_SEED: seed },
    );
    return made;
  };

  test('is used for one login: others wait for the next', async () => {
    const { home, env, paths } = await withSeed(10);
    const logins = Array.from({ length: 3 }, () =>
      start([...login, '--timeout', '60s'], { home, env }),
    );
    const outcomes = await Promise.all(logins.map(({ ended }) => ended));
    expect(outcomes.map(({ code: exit, stdout }) => `${exit} ${stdout}`).sort()).toEqual([
      '0 tok1\n',
      '0 tok2\n',
      '0 tok3\n',
    ]);
    expect(paths()).toHaveLength(3);
    const said = outcomes.map(({ stderr }) => stderr).join('');
    expect(said).toMatch(/the current one-time code has been used; the next one comes in \d+ s/);
  }, 90_000);

  test('is not waited for longer than the time-out', async () => {
    const { home, env, paths } = await withSeed(300);
    // The period must not end meanwhile.
    const left = 300_000 - (Date.now() % 300_000);
    if (left < 30_000) await sleep(left);
    expect(await output(login, { home, env })).toBe('tok1\n');
    const started = performance.now();
    const { code: exit, stderr } = await authctl([...login, '--timeout', '15s'], { home, env });
    expect([exit, stderr]).toEqual([
      5,
      expect.stringMatching(
        /^authctl: the current one-time code has been used; the next one comes in \d+ s, later than --timeout allows\n$/,
      ),
    ]);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(paths()).toHaveLength(1);
    expect(await output(token, { home })).toBe('tok1\n');
  }, 60_000);

  test('is not used up by --dry-run', async () => {
    const { home, env } = await withSeed(300);
    const shown = await output([...login, '--dry-run'], { home, env });
    expect(shown).toContain('"code":"***"');
    expect(existsSync(home.state)).toBe(false);
    expect(await output(login, { home, env })).toBe('tok1\n');
  });

  test('is sent though nothing can be stored', async () => {
    const { home, env } = await withSeed(300);
    // Nobody can create files there, root included.
    const nowhere = { ...env, AUTHCTL_STATE_DIR: '/proc/authctl' };
    const { code: exit, stdout, stderr } = await authctl(login, { home, env: nowhere });
    expect([exit, stdout]).toEqual([0, 'tok1\n']);
    expect(stderr).not.toMatch(/unexpected|Error/);
    expect((await authctl([...token, '--no-store'], { home, env })).code).toBe(4);
  });

  test('needs one login for fifty processes', async () => {
    const { home, env, paths } = await withSeed(30);
    expect(tally(await crowd(many, token, { home, env }))).toEqual({ '0 tok1': many });
    expect(paths()).toHaveLength(1);
  }, 120_000);

  test('is not made of what is no seed, which is not shown', async () => {
    const { home, env, paths } = await withSeed(30);
    for (const [value, says] of [
      ['not-base32-0189', 'not in base32'],
      [`otpauth://totp/x?secret=${seed}`, 'otpauth URI'],
    ] as const) {
      const options = { home, env: { ...env, ACME_SEED: value } };
      const { code: exit, stderr } = await failure(login, options);
      expect([exit, stderr]).toEqual([2, expect.stringContaining(says)]);
      expect(stderr).not.toMatch(/0189|JBSW/);
    }
    expect(paths()).toEqual([]);
  });
});
