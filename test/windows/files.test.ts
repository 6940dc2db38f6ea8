/** Files that another program reads while they are replaced, which Windows does not allow. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts } from '../e2e/accounts.ts';
import { newHome, output } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { start, until } from '../e2e/start.ts';
import { counted, onWindows } from './windows.ts';

test('--out-file writes the token to a file', async () => {
  const home = newHome();
  const { env } = await counted();
  await output(['token', 'ropo', '-q', '--out-file', join(home.path, 'token')], { home, env });
  expect(readFileSync(join(home.path, 'token'), 'utf8')).toBe('token-1\n');
});

test('--watch goes on while another program reads its file, and replaces it afterwards', async () => {
  const home = newHome();
  const { env, success } = accounts.ropo;
  const { url } = await serve((_, count) => {
    const iat = Math.floor(Date.now() / 1000);
    return success(jwt({ jti: String(count), iat, exp: iat + 5 }));
  });
  const file = join(home.path, 'token');
  const current = () => {
    try {
      const [, claims = ''] = readFileSync(file, 'utf8').split('.');
      return Number(JSON.parse(Buffer.from(claims, 'base64url').toString()).jti);
    } catch {
      return 0;
    }
  };
  const args = [
    'token',
    'ropo',
    '--base-url',
    url,
    '--min-ttl',
    '2s',
    '--watch',
    '--out-file',
    file,
  ];
  const watch = start(args, { home, env });
  await until(() => current() > 0);
  home.write('read.cmd', '@node -e "setTimeout(() => {}, 9000)" < token\r\n');
  const reading = onWindows(['cmd', '/d', '/c', 'read.cmd'], { home });
  await until(() => current() > 1).catch(() => {});
  await reading;
  const before = current();
  await until(() => current() > before);
  watch.signal('SIGKILL');
  const { stderr } = await watch.ended;
  expect(stderr).toContain('could not be replaced, and: cannot write');
  expect(stderr).toContain('could not be replaced, and is written again');
});
