/** Variables, whose names Windows finds in any case. */
import { expect, test } from '@jest/globals';
import { secret } from '../e2e/accounts.ts';
import { authctl, output } from '../e2e/harness.ts';
import { counted } from './windows.ts';

const code = 'console.log(process.env.ROPO_TOKEN, Object.keys(process.env).join())';
const show = ['--', 'node', '-e', code];

test('a secret in a variable of any case is used, and taken from the command of exec', async () => {
  const { env } = await counted();
  const mine = { ...env, ROPO_APICODE: undefined, ropo_ApiCode: secret, Ropo_Token: 'old' };
  const [token, names = ''] = (await output(['exec', 'ropo', ...show], { env: mine })).split(' ');
  expect(token).toBe('token-1');
  expect(names).toMatch(/\bROPO_TOKEN\b/);
  expect(names).not.toMatch(/apicode/i);
});

test('a command in the sandbox gets its credentials in place of those in any case', async () => {
  const env = { ropo_apicode: secret, authctl_profile: 'mine' };
  const { stdout } = await authctl(['sandbox', '--', 'node', '-p', 'process.env'], { env });
  expect(stdout).toMatch(/ROPO_APICODE: 'sandbox-apicode'/);
  expect(stdout).not.toMatch(/authctl_profile/i);
});

test.each(['Https_Proxy', 'https_proxy', 'HTTPS_PROXY'])('%s names the proxy', async (name) => {
  const { env } = await counted();
  const proxied = {
    ...env,
    ROPO_BASE_URL: undefined,
    HTTPS_PROXY: undefined,
    [name]: 'http://127.0.0.1:9',
  };
  const args = ['login', 'ropo', '--base-url', 'https://api.invalid', '--retries', '0'];
  const { code, stderr } = await authctl(args, { env: proxied });
  expect([code, stderr]).toEqual([5, expect.stringContaining('127.0.0.1:9')]);
});
