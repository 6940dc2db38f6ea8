/** `status`: lists the stored sessions, as a table or as JSON, never a token. */
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeWith, part } from '../parts.ts';
import { accounts } from './accounts.ts';
import { authctl, failure, type Home, newHome, output, run } from './harness.ts';
import { serve } from './servers.ts';
import { changeStored } from './stored.ts';

const { ropo, verbit } = accounts;
const datarhei = accounts['datarhei by password'];
const minute = 60_000;

/** A home with sessions of three providers, in two profiles, with distinctive tokens. */
async function withSessions() {
  const home = newHome();
  const { url } = await serve(({ url: path }) =>
    (path === '/token' ? ropo : path === '/auth' ? verbit : datarhei).success('canary-token'),
  );
  const login = (args: readonly string[], env: object) =>
    output(['login', ...args, '--base-url', url], {
      home,
      env: { ...env, AUTHCTL_PROFILE: args[1] },
    });
  await login(['verbit'], verbit.env);
  await login(['datarhei'], datarhei.env);
  await login(['ropo'], ropo.env);
  await output(['login', 'ropo', '--base-url', url], {
    home,
    env: { ...ropo.env, AUTHCTL_PROFILE: 'work', ROPO_CID: '1 "two"' },
  });
  return { home, url };
}

const status = async (home: Home, ...args: string[]): Promise<Record<string, unknown>[]> =>
  JSON.parse(await output(['status', '-o', 'json', ...args], { home }));

describe('status', () => {
  test('lists every session, with everything but its tokens', async () => {
    const { home, url } = await withSessions();
    const rows = await status(home);
    const row = (provider: string, account: unknown, profile = 'default') => ({
      provider,
      profile,
      account,
      base_url: url,
      state: 'fresh',
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      expires_in: expect.any(Number),
      refreshable: provider === 'datarhei',
      shared: false,
      current: profile === 'default',
    });
    expect(rows).toEqual([
      row('datarhei', 'username=me'),
      row('ropo', 'cid=4711'),
      row('ropo', 'cid=1 "two"', 'work'),
      row('verbit', expect.stringMatching(/^key [0-9a-f]{8}$/)),
    ]);
    for (const [args, count] of [
      [['ropo'], 2],
      [['-p', 'work'], 1],
      [['ropo', '-p', 'default'], 1],
      [['netnut'], 0],
    ] as const) {
      expect(await status(home, ...args)).toHaveLength(count);
    }
  });

  test('prints a table', async () => {
    const { home, url } = await withSessions();
    const table = await output(['status'], { home });
    const [head = '', ...lines] = table.trimEnd().split('\n');
    expect(head.split(/ {2,}/)).toEqual([
      '',
      'PROVIDER',
      'PROFILE',
      'ACCOUNT',
      'BASE URL',
      'LEFT',
      'REFRESH',
    ]);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      [
        '*',
        'datarhei',
        'default',
        'username=me',
        url,
        expect.stringMatching(/^(9m \d+s|10m)$/),
        'yes',
      ],
      ['*', 'ropo', 'default', 'cid=4711', url, expect.stringMatching(/^(1h \d+m|2h)$/), 'no'],
      ['', 'ropo', 'work', 'cid=1 "two"', url, expect.any(String), 'no'],
      ['*', 'verbit', 'default', expect.stringMatching(/^key /), url, expect.any(String), 'no'],
    ]);
    // The columns are aligned.
    const starts = new Set(lines.map((line) => line.indexOf(url)));
    expect([...starts]).toEqual([head.indexOf('BASE URL')]);
    expect(table).not.toContain('\x1b');
  });

  test('marks the session that a command with the provider alone means', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const login = (cid: string) =>
      output(['login', 'ropo', '--base-url', url, '--cid', cid, '--quiet'], {
        home,
        env: ropo.env,
      });
    await login('1');
    await login('2');
    const marked = async (env: Record<string, string> = {}, ...args: string[]) => {
      const rows: { account: string; current: boolean }[] = JSON.parse(
        await output(['status', '-o', 'json', ...args], { home, env }),
      );
      return rows.filter(({ current }) => current).map(({ account }) => account);
    };
    expect(await marked()).toEqual(['cid=2']);
    expect(await marked({ ROPO_CID: '1', ROPO_BASE_URL: url })).toEqual(['cid=1']);
    // There is no session for what these name.
    expect(await marked({ ROPO_CID: '3', ROPO_BASE_URL: url })).toEqual([]);
    expect(await marked({ ROPO_ENVIRONMENT: 'nowhere' })).toEqual([]);
    expect(await marked({ AUTHCTL_PROFILE: 'work' })).toEqual([]);
  });

  test('prints no token and no secret', async () => {
    const { home } = await withSessions();
    for (const args of [[], ['-o', 'json'], ['-v'], ['-v', '-o', 'json']]) {
      const { stdout, stderr } = await authctl(['status', ...args], { home });
      expect(stdout).toContain('ropo');
      expect(stdout + stderr).not.toMatch(/canary/);
      expect(stdout + stderr).not.toContain(Buffer.from('canary-token').toString('base64'));
    }
  });

  test.concurrent.each<[string, number, number | null, string, number | null]>([
    ['much time left', minute, 60 * minute, 'fresh', 59 * 60],
    ['little time left', 59.5 * minute, 60 * minute, 'expiring', 30],
    ['no time left', 61 * minute, 60 * minute, 'expired', 0],
    ['an unknown lifetime', minute / 2, null, 'unknown', null],
    ['a time in the future', -10 * minute, 60 * minute, 'expired', 70 * 60],
  ])('shows the state of a token with %s', async (_, old, lifetime, state, left) => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    changeStored(home, () => ({ lifetime, received_at: Date.now() - old }));
    const [row] = await status(home);
    expect(row?.['state']).toBe(state);
    if (left === null) expect(row).toMatchObject({ expires_in: null, expires_at: null });
    else expect(Math.abs(Number(row?.['expires_in']) - left)).toBeLessThan(15);
    const words = { unknown: 'unknown', expired: 'expired' }[state];
    if (words && old > 0) expect(await output(['status'], { home })).toContain(words);
  });

  test('prints only a notice if no session is stored', async () => {
    const bare = await authctl(['status']);
    expect(bare).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'authctl: no session is stored\n',
    });
    expect((await authctl(['status', 'ropo', '-p', 'work'])).stderr).toBe(
      'authctl: no session is stored for ropo in the profile work\n',
    );
    expect(await output(['status', '-o', 'json'])).toBe('[]\n');
    expect((await authctl(['status', '--quiet'])).stderr).toBe('');
  });

  test('leaves out files that cannot be trusted, and reports them with -v', async () => {
    const { home } = await withSessions();
    const [first = '', second = ''] = home.sessions();
    writeFileSync(first, '{');
    chmodSync(second, 0o644);
    writeFileSync(join(dirname(first), 'something-else.json'), '{}', { mode: 0o600 });
    const { code, stdout, stderr } = await authctl(['status', '-v', '-o', 'json'], { home });
    expect([code, JSON.parse(stdout).length]).toEqual([0, 2]);
    expect(stderr).toContain(`ignored ${first}: it is damaged\n`);
    expect(stderr).toContain(`ignored ${second}: it is open to other users\n`);
  });

  test('escapes hostile names', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const cid = 'a\x1b]0;title\x07\nropo  default  \u202efdp';
    // A notice says that the name has a line break.
    await output(['login', 'ropo', '--base-url', url, '--cid', cid, '--quiet'], {
      home,
      env: ropo.env,
    });
    const table = await output(['status'], { home });
    expect(table.split('\n')).toHaveLength(3);
    expect(table).not.toMatch(/[\x1b\x07\u202e]/);
    const json = await output(['status', '-o', 'json'], { home });
    expect(json).not.toMatch(/[\x1b\x07\u202e]/);
    expect(JSON.parse(json)).toMatchObject([{ account: `cid=${cid}` }]);
  });

  test.each([
    [['unknown'], 'unknown'],
    [['-o', 'xml'], '-o'],
    [['ropo', 'verbit'], 'argument'],
  ])('%j is wrong usage', async (args, words) => {
    const { code, stderr } = await failure(['status', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('colours', () => {
  const painted = async (args: readonly string[], env: Record<string, string>) => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    const { stdout } = await authctl(['status', ...args], { home, env });
    return stdout.includes('\x1b[');
  };

  test.concurrent.each<[string[], Record<string, string>, boolean]>([
    [[], {}, false],
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '0' }, false],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [['--no-color'], { FORCE_COLOR: '1' }, false],
    [['-o', 'json'], { FORCE_COLOR: '1' }, false],
  ])('in a pipe, with %j and %j: %j', async (args, env, expected) => {
    expect(await painted(args, env)).toBe(expected);
  });

  describeWith(['expect'], 'on a terminal', () => {
    test.each<[Record<string, string>, boolean]>([
      [{}, true],
      [{ NO_COLOR: '1' }, false],
      [{ TERM: 'dumb' }, false],
    ])('with %j: %j', async (env, expected) => {
      const home = newHome();
      const { url } = await serve(ropo.success('tok'));
      await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
      const script = 'spawn -noecho $env(NODE) $env(AUTHCTL) status; expect eof';
      const { stdout } = await run([part('expect') ?? '', '-c', script], {
        home,
        env: { TERM: 'xterm', ...env },
      });
      expect(stdout).toContain('ropo');
      expect(stdout.includes('\x1b[')).toBe(expected);
    });

    test.each([60, 80])('of %i columns, no line is longer', async (columns) => {
      const home = newHome();
      const { url } = await serve(ropo.success('tok'));
      const cid = 'customer-'.repeat(6);
      const place = ['--base-url', `${url}/${'a'.repeat(50)}`];
      await output(['login', 'ropo', ...place, '--cid', cid], { home, env: ropo.env });
      const script = `
        set stty_init "columns ${columns}"
        spawn -noecho $env(NODE) $env(AUTHCTL) status
        expect eof
      `;
      const { stdout } = await run([part('expect') ?? '', '-c', script], {
        home,
        env: { TERM: 'xterm', NO_COLOR: '1' },
      });
      const lines = stdout.split('\r\n').filter((line) => line !== '');
      expect(lines).toHaveLength(2);
      expect(Math.max(...lines.map((line) => line.length))).toBe(columns);
      expect(lines[1]).toMatch(/ cid=.*….* {2}http.*….* {2}1h \d+m {2}no$/);
      expect(await output(['status'], { home })).toContain(cid);
    });
  });
});

test('a store that cannot be read is exit 8', async () => {
  const home = newHome();
  // Even root cannot look up a name of that length.
  const env = { AUTHCTL_STATE_DIR: join(home.path, 'x'.repeat(300)) };
  const { code, stderr } = await failure(['status'], { home, env });
  expect([code, stderr]).toEqual([8, expect.stringContaining('ENAMETOOLONG')]);
});
