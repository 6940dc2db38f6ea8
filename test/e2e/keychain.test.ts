import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import {
  type SecretService,
  type SecretServiceKind,
  secretServiceParts,
  withSecretService,
} from '../real/secret-service.ts';
import { accountNames, accounts, expectNoSecret, secret } from './accounts.ts';
import { authctl, type Env, failure, newHome, output } from './harness.ts';
import { serve } from './servers.ts';

/** The environment with a keychain. */
const seeing = ({ env }: SecretService, more: Env = {}): Env => ({
  ...env,
  AUTHCTL_NO_KEYCHAIN: undefined,
  ...more,
});

const origin = 'https://ropo24.fi';
const setRopo = ['credentials', 'set', 'ropo', '--cid', '4711', '--apicode-stdin'];
/** Arguments that show the sources of the credentials, and send nothing. */
const tryRopo = ['login', 'ropo', '--dry-run', '-v'];

describeWith(secretServiceParts, 'with a keychain that is unlocked', () => {
  let service: SecretService;
  let env: Env;
  beforeAll(async () => {
    service = await withSecretService('unlocked');
    env = seeing(service);
  });
  afterAll(() => service.stop());

  test.each(accountNames)(
    '%s: login needs nothing but what credentials set stored',
    async (name) => {
      const { provider, flags, field, success } = accounts[name];
      const home = newHome();
      const { url, requests } = await serve(success('tok'));
      const flag = `--${field.replace('_', '-')}-stdin`;
      const place = ['--base-url', url];
      const set = await authctl(['credentials', 'set', provider, ...flags, flag, ...place], {
        home,
        env,
        stdin: `${secret}\n`,
      });
      expect(set).toMatchObject({ code: 0, stdout: '' });
      expectNoSecret(set.stderr);
      expectNoSecret(home.readConfig());
      expect(await output(['login', provider, ...place], { home, env })).toBe('tok\n');
      const { headers, body } = requests[0] ?? {};
      expect(JSON.stringify({ headers, body: body && JSON.parse(body) })).toContain(
        JSON.stringify(secret).slice(1, -1),
      );
    },
  );

  test('an entry is listed without its secret, and is gone once it is deleted', async () => {
    const home = newHome();
    expect((await authctl(setRopo, { home, env, stdin: secret })).code).toBe(0);
    expect(JSON.parse(home.readConfig())).toEqual({
      ropo: { servers: { [origin]: { cid: '4711' } } },
      keychain_accounts: [`ropo/default/apicode@${origin}`],
    });
    const list = ['credentials', 'list', 'ropo'];
    // The list is in the config: the keychain is not asked.
    expect(await output(list, { home })).toBe(
      `ropo.cid  4711  (for ${origin})\nropo.apicode  (in the keychain, for ${origin})\n`,
    );
    expect(JSON.parse(await output([...list, '-o', 'json'], { home }))).toEqual([
      { provider: 'ropo', field: 'cid', source: 'config', value: '4711', origin },
      { provider: 'ropo', field: 'apicode', source: 'keychain', origin },
    ]);
    const listed = await authctl(['login'], { home, env });
    expect(listed.stderr).toMatch(/ropo .*configured: cid, apicode\n/);

    const remove = await authctl(['credentials', 'delete', 'ropo'], { home, env });
    expect(remove).toMatchObject({ code: 0, stdout: '' });
    expect(await authctl(list, { home })).toMatchObject({
      stdout: '',
      stderr: 'authctl: no credentials of ropo are stored in the profile default\n',
    });
    expect((await failure(tryRopo, { home, env })).code).toBe(3);
  });

  test('an entry is not used for another origin or profile', async () => {
    const home = newHome();
    await authctl(setRopo, { home, env, stdin: secret });
    const [there, elsewhere, byVariable, otherProfile] = await Promise.all([
      authctl(tryRopo, { home, env }),
      failure([...tryRopo, '-e', 'se'], { home, env }),
      failure(tryRopo, { home, env: { ...env, ROPO_BASE_URL: 'https://evil.example' } }),
      failure([...tryRopo, '-p', 'work', '--cid', '1'], { home, env }),
    ]);
    expect(there).toMatchObject({ code: 0, stderr: expect.stringContaining('the keychain\n') });
    for (const { code, stderr } of [elsewhere, byVariable]) {
      expect([code, stderr]).toEqual([3, expect.stringContaining(origin)]);
    }
    expect(elsewhere.stderr).toContain('https://ropo24.se');
    expect(elsewhere.stderr).toContain('hint: authctl credentials set ropo -e se\n');
    const pasted = await authctl(['credentials', 'set', 'ropo', '-e', 'se'], { home, env });
    expect(pasted.code).toBe(3);
    const set = ['credentials', 'set', 'ropo', '-e', 'se', '--cid', '888', '--apicode-stdin'];
    expect((await authctl(set, { home, env, stdin: 'of-se' })).code).toBe(0);
    const [first, second] = await Promise.all([
      authctl(tryRopo, { home, env }),
      authctl([...tryRopo, '-e', 'se'], { home, env }),
    ]);
    expect([first.stdout, second.stdout]).toEqual([
      expect.stringContaining('"cid":"4711"'),
      expect.stringContaining('"cid":"888"'),
    ]);
    expect(otherProfile.code).toBe(3);
    expect(otherProfile.stderr).not.toContain(origin);
  });

  test('without a server, everything is stored at once, and found again', async () => {
    const home = newHome();
    for (const command of ['login', 'token']) {
      const { code, stderr } = await failure([command, 'pegase3', '-p', 'work'], { home, env });
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(
          /base URL .*, user_name .*, password .*\nhint: authctl credentials set pegase3 --profile work\n$/,
        ),
      ]);
    }
    const { url } = await serve(accounts.pegase3.success('tok'));
    const set = ['credentials', 'set', 'pegase3', '-p', 'work', '--base-url', url];
    const given = ['--user-name', 'jo', '--password-stdin'];
    expect((await authctl([...set, ...given], { home, env, stdin: secret })).code).toBe(0);
    expect(await output(['token', 'pegase3', '-p', 'work'], { home, env })).toBe('tok\n');
  });

  test('every other source takes precedence', async () => {
    const home = newHome();
    await authctl(setRopo, { home, env, stdin: secret });
    const rows: readonly (readonly [string[], Env, string])[] = [
      [['--apicode-stdin'], {}, '--apicode-stdin'],
      [[], { ROPO_APICODE: 'x' }, 'ROPO_APICODE'],
    ];
    for (const [args, more, source] of rows) {
      const options = { home, env: { ...env, ...more }, stdin: 'x' };
      const { stderr } = await authctl([...tryRopo, ...args], options);
      expect(stderr).toContain(`apicode comes from ${source}\n`);
    }
  });

  test.each([
    ['--no-keychain', ['--no-keychain'], {}],
    ['AUTHCTL_NO_KEYCHAIN', [], { AUTHCTL_NO_KEYCHAIN: '1' }],
  ])('with %s it is not used', async (_, args, more) => {
    const home = newHome();
    await authctl(setRopo, { home, env, stdin: secret });
    const { code, stderr } = await failure([...tryRopo, ...args], {
      home,
      env: { ...env, ...more },
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining('the keychain is switched off')]);
  });

  // The last test, since nothing unlocks it again.
  test('once it is locked, the message says so, and nothing is taken from the list', async () => {
    const home = newHome();
    await authctl(setRopo, { home, env, stdin: secret });
    await service.lock();
    const { code, stderr } = await failure(tryRopo, { home, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('the keychain is locked\n')]);
    // No command that stores a secret could work.
    expect(stderr).toContain('hint: authctl help credentials\n');
    const listed = home.readConfig();
    const removed = await authctl(['credentials', 'delete', 'ropo'], { home, env });
    expect([removed.code, removed.stderr]).toEqual([8, expect.stringContaining('it is locked')]);
    expect(home.readConfig()).toBe(listed);
  });
});

describeWith(secretServiceParts, 'with a keychain that cannot be used', () => {
  const kinds: readonly (readonly [SecretServiceKind, RegExp])[] = [
    ['locked', /locked/],
    ['hanging', /did not answer within 3 s/],
    ['absent', /no Secret Service/],
    ['no-dbus', /no D-Bus session/],
  ];

  test.each(kinds)(
    '%s: commands that do not need it work, and the others report it in time',
    async (kind, words) => {
      const service = await withSecretService(kind);
      try {
        const home = newHome();
        const { url } = await serve(accounts.ropo.success('tok'));
        const account = 'ropo/default/apicode@https://ropo24.fi';
        home.setConfig({ keychain_accounts: [account] });
        const env = seeing(service);
        const started = performance.now();
        const [token, missing, set, removed] = await Promise.all([
          output(['login', 'ropo', '--base-url', url], {
            home,
            env: seeing(service, accounts.ropo.env),
          }),
          failure([...tryRopo, '--cid', '1'], { home, env }),
          failure(setRopo, { home: newHome(), env, stdin: secret }),
          authctl(['credentials', 'delete', 'ropo'], { home, env }),
        ]);
        // Three seconds and the startup time, far less than the 25 seconds of D-Bus.
        expect(performance.now() - started).toBeLessThan(15_000);
        expect(token).toBe('tok\n');
        expect([missing.code, missing.stderr]).toEqual([3, expect.stringMatching(words)]);
        expect([set.code, set.stderr]).toEqual([8, expect.stringMatching(words)]);
        expectNoSecret(set.stderr);
        expect([removed.code, removed.stderr]).toEqual([8, expect.stringMatching(words)]);
        expect(home.readConfig()).toContain(account);
      } finally {
        await service.stop();
      }
    },
  );
});
