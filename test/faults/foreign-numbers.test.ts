/** Numbers that a server, a file or a person makes up: none makes a token live longer, or the program hang or race. */
import { describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts } from '../e2e/accounts.ts';
import { authctl, newHome, output } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { age, changeStored, readStored } from '../e2e/stored.ts';

const { ropo } = accounts;
const datarhei = accounts['datarhei by password'];
const now = () => Math.floor(Date.now() / 1000);
const hour = 3_600_000;
const year = 365 * 86_400;

/** The lifetime of the only session in a home, in milliseconds. */
function lifetimeIn(home: ReturnType<typeof newHome>): number | null | undefined {
  const [path] = home.sessions();
  return path === undefined ? undefined : readStored(path).token_set.lifetime;
}

describe('a token with an expiry', () => {
  const documented = 2 * hour;
  test.concurrent.each<[string, string, number, string | undefined]>([
    ['in 1970', '{"exp":1}', documented, 'it is in the past'],
    ['in the year 9999', '{"exp":253402300799}', documented, 'it is more than ten years away'],
    ['in 99 years', `{"exp":${now() + 99 * year}}`, documented, 'it is more than ten years away'],
    ['that is a text', '{"exp":"4102444800"}', documented, 'it is not a number'],
    ['that is null', '{"exp":null}', documented, 'it is not a number'],
    ['beyond every number', '{"exp":1e400}', documented, 'it is more than ten years away'],
    ['in a year', `{"exp":${now() + year}}`, 48 * documented, undefined],
    [
      'in nine years, and a half second',
      `{"exp":${now() + 9 * year}.5}`,
      48 * documented,
      undefined,
    ],
  ])('%s is taken, and kept no longer than is known', async (_, claims, lifetime, says) => {
    const token = jwt({}).replace(/\..*\./, `.${Buffer.from(claims).toString('base64url')}.`);
    const { url } = await serve(ropo.success(token));
    const home = newHome();
    const args = ['login', 'ropo', '--base-url', url, '-v'];
    const { code, stdout, stderr } = await authctl(args, { home, env: ropo.env });
    expect([code, stdout]).toEqual([0, `${token}\n`]);
    if (says === undefined) expect(stderr).not.toContain('counts as unknown');
    else expect(stderr).toContain(`the token's "exp" counts as unknown: ${says}`);
    expect(lifetimeIn(home)).toBe(lifetime);
    age(home, lifetime / 1000);
    const later = await authctl(['token', 'ropo', '--base-url', url, '--cid', '4711'], { home });
    expect([later.code, later.stdout]).toEqual([3, '']);
  });
});

test('a session file that claims a century is served for 400 days', async () => {
  const { url } = await serve(ropo.success('kept'));
  const home = newHome();
  home.setConfig({ ropo: { base_url: url, cid: '4711' } });
  await output(['login', 'ropo'], { home, env: ropo.env });
  changeStored(home, () => ({ lifetime: 100 * year * 1000 }));
  // By the launcher, and by the program.
  const ways = [
    ['token', 'ropo'],
    ['token', 'ropo', '-v'],
  ];
  age(home, 399 * 86_400);
  for (const way of ways) expect((await authctl(way, { home })).stdout).toBe('kept\n');
  age(home, 86_400);
  for (const way of ways) expect((await authctl(way, { home })).code).toBe(3);
});

test('an empty refresh token is none', async () => {
  const { url } = await serve({ body: { access_token: 'tok', refresh_token: '' } });
  const home = newHome();
  const args = ['login', 'datarhei', '--base-url', url, '-o', 'json'];
  const result = JSON.parse(await output(args, { home, env: datarhei.env }));
  expect([result.token, 'refresh_token' in result]).toEqual(['tok', false]);
  expect((await authctl(['refresh', '--base-url', url], { home })).code).toBe(3);
});
