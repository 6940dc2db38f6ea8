/** Attacks by files: what other users of the machine, and a project's variables, put in the way. */
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import {
  authctl,
  type Home,
  newHome,
  output,
  program,
  type RunOptions,
  run,
} from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';

const { ropo } = accounts;
const secret = 'c4nary-secret';
/** The ID of a user who is neither root nor the one who runs the tests. */
const nobody = 65534;
const asOther = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
/** Runs the program as that user. */
const asNobody = (args: readonly string[], options: RunOptions) =>
  run([...asOther, ...program, ...args], options);

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('a config that others could write to', () => {
  const places: readonly [string, (home: Home) => string][] = [
    ['the file', ({ config }) => config],
    ['its directory', ({ config }) => dirname(config)],
    ['a directory further up', ({ path }) => path],
  ];

  test.each(places)('names no server for a secret: %s', async (_, placeIn) => {
    const home = newHome();
    const other = await serve(ropo.success('other'));
    home.setConfig({ ropo: { base_url: other.url, cid: '1' } });
    const place = placeIn(home);
    chmodSync(place, 0o707);
    const { code, stdout, stderr } = await authctl(['login', 'ropo'], { home, env: ropo.env });
    expect([code, stdout]).toEqual([9, '']);
    expect(stderr).toContain(`since everybody can write to ${place}\nhint: chmod o-w ${place}\n`);
    expect(other.requests).toEqual([]);
  });

  test.each(places)('picks no stored session: %s', async (_, placeIn) => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { base_url: url, cid: '1' } });
    await output(['login', 'ropo'], { home, env: { ROPO_APICODE: secret } });
    expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
    chmodSync(placeIn(home), 0o707);
    expect(await authctl(['token', 'ropo'], { home })).toMatchObject({ code: 9, stdout: '' });
    // As the hint has it.
    chmodSync(placeIn(home), 0o700);
    expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
  });

  asRoot.each(places)('is not read where another user owns %s (needs root)', async (_, placeIn) => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { base_url: url, cid: '1' } });
    const place = placeIn(home);
    chownSync(place, nobody, nobody);
    for (const args of [
      ['login', 'ropo'],
      ['token', 'ropo'],
      ['config', 'list'],
      ['config', 'get', 'ropo.cid'],
      ['config', 'set', 'ropo.cid', '2'],
    ]) {
      const { code, stdout, stderr } = await authctl(args, { home, env: ropo.env });
      expect([args, code, stdout]).toEqual([args, 9, '']);
      expect(stderr).toContain(`since ${place} belongs to nobody\n`);
    }
    expect(requests).toEqual([]);
    expect(await output(['config', 'path'], { home })).toBe(`${home.config}\n`);
  });

  asRoot('is no error where there is no file (needs root)', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    mkdirSync(dirname(home.config), { recursive: true });
    chownSync(dirname(home.config), nobody, nobody);
    const args = ['login', 'ropo', '--base-url', url, '--no-store'];
    expect(await output(args, { home, env: ropo.env })).toBe('tok\n');
    const set = await authctl(['config', 'set', 'ropo.cid', '2'], { home });
    expect(set).toMatchObject({ code: 9, stdout: '' });
  });
});

onPosix('a config that a variable chose', () => {
  asRoot("runs no command outside of the user's home (needs root)", async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    const mark = join(home.path, 'mark');
    home.setConfig({ ropo: { base_url: url, cid: '1', apicode: { command: ['touch', mark] } } });
    // The home that the password database has for this user is another one.
    const places = [home.path, join(home.path, '.config'), dirname(home.config), home.config];
    for (const place of places) chownSync(place, nobody, nobody);
    chmodSync(dirname(home.path), 0o755);
    const args = ['login', 'ropo', '--no-store'];
    const ignored = await asNobody(args, { home });
    expect(ignored).toMatchObject({ code: 3, stdout: '' });
    expect(ignored.stderr).toContain(
      `notice: the commands of the config file ${home.config} are ignored`,
    );
    expect(existsSync(mark)).toBe(false);
    expect(requests).toEqual([]);
    // The rest of it is obeyed.
    const { code, stdout } = await asNobody(args, { home, env: { ROPO_APICODE: secret } });
    expect([code, stdout]).toEqual([0, 'tok\n']);
    // A place of root's may hold commands.
    home.setConfig({ ropo: { base_url: url, cid: '1', apicode: { command: ['echo', secret] } } });
    for (const place of places) {
      chownSync(place, 0, 0);
      chmodSync(place, 0o755);
    }
    expect(await asNobody(args, { home })).toMatchObject({ code: 0, stdout: 'tok\n' });
  });
});
