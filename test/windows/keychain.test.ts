/** The Credential Manager, which ignores case and holds 2,560 bytes in an entry. */
import { expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import { authctl, newHome, output } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';

const keychain = { AUTHCTL_NO_KEYCHAIN: undefined };

test('profiles that differ in case only have secrets of their own', async () => {
  const home = newHome();
  const { url, requests } = await serve(accounts.ropo.success('token'));
  const at = ['--base-url', url, '--cid', '1'];
  for (const profile of ['A', 'a']) {
    const set = ['credentials', 'set', 'ropo', ...at, '-p', profile, '--apicode-stdin'];
    expect(await authctl(set, { home, env: keychain, stdin: `of ${profile}` })).toMatchObject({
      code: 0,
    });
  }
  for (const profile of ['A', 'a'])
    await output(['login', 'ropo', ...at, '-p', profile, '-q'], { home, env: keychain });
  expect(requests.map(({ body }) => JSON.parse(body).apicode)).toEqual(['of A', 'of a']);
  for (const profile of ['A', 'a']) {
    const removed = await authctl(['credentials', 'delete', 'ropo', '-p', profile], {
      home,
      env: keychain,
    });
    expect(removed).toMatchObject({ code: 0, stderr: expect.not.stringContaining('not found') });
  }
});

test('a secret of 2,560 bytes is kept, and a larger one is refused before anything is stored', async () => {
  const home = newHome();
  const { url, requests } = await serve(accounts.ropo.success('token'));
  const at = ['--base-url', url, '--cid', '1'];
  const set = (stdin: string) =>
    authctl(['credentials', 'set', 'ropo', ...at, '--apicode-stdin'], {
      home,
      env: keychain,
      stdin,
    });
  const most = 'ä'.repeat(1280);
  expect(await set(most)).toMatchObject({ code: 0 });
  expect(await set(`${most}x`)).toMatchObject({
    code: 8,
    stderr: expect.stringMatching(/at most 2560 bytes .*: 2561 bytes\nhint: .*-file/),
  });
  await output(['login', 'ropo', ...at, '-q'], { home, env: keychain });
  expect(requests.map(({ body }) => JSON.parse(body).apicode)).toEqual([most]);
});
