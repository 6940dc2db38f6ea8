/** The config under %APPDATA%, and hints that PowerShell runs. */
import { expect, test } from '@jest/globals';
import { failure, newHome, output } from '../e2e/harness.ts';
import { counted, windowsPath } from './windows.ts';

test('the config is the own one of a user, in whatever case its path is spelt', async () => {
  const home = newHome();
  home.setConfig({ ropo: { apicode: { command: ['node', '-p', '"from-command"'] } } });
  const { env } = await counted();
  const { ROPO_BASE_URL = '' } = env;
  const mine = { ...env, ROPO_BASE_URL: undefined, ROPO_APICODE: undefined };
  const login = ['login', 'ropo', '--base-url', ROPO_BASE_URL, '-q'];
  const APPDATA = windowsPath(`${home.path}/.config`);
  for (const path of [APPDATA, APPDATA.toUpperCase(), APPDATA.toLowerCase()]) {
    expect(await output(login, { home, env: { ...mine, APPDATA: path } })).toMatch(/^token-\d\n$/);
  }
});

test('a hint names a path as PowerShell reads it', async () => {
  const home = newHome();
  home.setConfig('{');
  const path = windowsPath(home.config);
  const { code, stderr } = await failure(['login', 'ropo'], { home });
  expect([code, stderr]).toEqual([
    9,
    expect.stringContaining(`\nhint: mv ${path} ${path}.broken\n`),
  ]);
});
