/** `profile list`, and lists that are empty. */
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { authctl, newHome, output } from './harness.ts';
import { serve } from './servers.ts';

const { ropo } = accounts;

describe('profile list', () => {
  test('has the profiles of config, keychain index and sessions', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const env = { ...ropo.env, AUTHCTL_PROFILE: 'work' };
    await output(['login', 'ropo', '--base-url', url], { home, env });
    home.setConfig({
      $schema: {},
      store: { url: 'https://store.example' },
      ropo: { cid: '1' },
      profiles: {
        work: { ropo: { cid: '2' }, datarhei: { username: 'me' } },
        'not valid': { a: {} },
      },
      keychain_accounts: ['verbit/other/api_key@https://a.example', 'damaged'],
    });
    const rows = [
      { profile: 'default', in_use: true, sources: ['config'], providers: ['ropo'] },
      { profile: 'other', in_use: false, sources: ['keychain'], providers: ['verbit'] },
      {
        profile: 'work',
        in_use: false,
        sources: ['config', 'sessions'],
        providers: ['datarhei', 'ropo'],
      },
    ];
    const json = ['profile', 'list', '-o', 'json'];
    expect(JSON.parse(await output(json, { home }))).toEqual(rows);
    const used = await output([...json, '-p', 'work'], { home });
    expect(JSON.parse(used)).toEqual(
      rows.map((row) => ({ ...row, in_use: row.profile === 'work' })),
    );
    expect(await output(['profile', 'list'], { home })).toBe(
      [
        '   PROFILE  PROVIDERS       KNOWN FROM',
        '*  default  ropo            config',
        '   other    verbit          keychain',
        '   work     datarhei, ropo  config, sessions',
        '',
      ].join('\n'),
    );
  });

  test('says if nothing is stored in the profile in use', async () => {
    const home = newHome();
    const empty = await authctl(['profile', 'list'], { home });
    expect(empty).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'authctl: nothing is stored in the profile in use, default\n',
    });
    home.setConfig({ ropo: { cid: '1' } });
    const other = await authctl(['profile', 'list', '-p', 'wrok'], { home });
    expect(other.stdout).toContain('default');
    expect(other.stderr).toBe('authctl: nothing is stored in the profile in use, wrok\n');
  });
});

test.each([
  [['config', 'list'], 'the config has no settings'],
  [['config', 'list', '-p', 'work'], 'the config has no settings in the profile work'],
  [['credentials', 'list'], 'no credentials are stored in the profile default'],
  [['credentials', 'list', 'ropo'], 'no credentials of ropo are stored in the profile default'],
  [['status'], 'no session is stored'],
])('%j says that it is empty, and prints nothing', async (args, words) => {
  const outcome = await authctl(args);
  expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: `authctl: ${words}\n` });
  expect((await authctl([...args, '-q'])).stderr).toBe('');
  const json = await authctl([...args, '-o', 'json']);
  expect([json.stderr, JSON.parse(json.stdout)]).toEqual(['', args[0] === 'config' ? {} : []]);
});
