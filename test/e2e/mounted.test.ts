/** `--out-file` where the file cannot be replaced: it is mounted into a container, or its directory is read-only. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { newHome, program, run } from './harness.ts';
import { serve } from './servers.ts';

const { ropo } = accounts;
const mounting = ['unshare', '--user', '--map-root-user', '--mount'];
const [unshare = '', ...args] = mounting;
const canMount = spawnSync(unshare, [...args, 'true']).status === 0;
const bind = 'mount --bind source target';
const readOnly =
  'mkdir dir; touch dir/target; mount --bind dir dir; mount --bind source dir/target; mount -o remount,bind,ro dir; cd dir';

/** Logs in with `--out-file target`, in a home that every user can enter, after some commands of a shell. */
async function mounted(line: string, token = 'tok', mode = 0o600) {
  const home = newHome();
  for (const path of [dirname(home.path), home.path]) chmodSync(path, 0o755);
  const source = home.write('source', 'something that is longer than the token\n');
  home.write('target', '');
  chmodSync(source, mode);
  const { url } = await serve(ropo.success(token));
  const login = [...program, 'login', 'ropo', '--base-url', url, '--no-store', '--out-file'];
  const outcome = await run(
    [...mounting, 'bash', '-c', `${line} && exec "$@" "$PWD/target"`, 'bash', ...login],
    { home, env: ropo.env },
  );
  return { ...outcome, text: readFileSync(source, 'utf8'), mode: statSync(source).mode & 0o777 };
}

const describeMounts = canMount ? describe : describe.skip;

describeMounts('a file that cannot be replaced', () => {
  test.each([
    ['a mount point', bind, 'EBUSY'],
    ['a mount point in a read-only directory', readOnly, 'EROFS'],
  ])('is written in place, with a notice: %s', async (_, line, code) => {
    expect(await mounted(line)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        `^authctl: notice: .*/target cannot be replaced \\(${code}\\), so it was written in place: .*\n$`,
      ),
      text: 'tok\n',
      mode: 0o600,
    });
  });

  test('is not written if others can read it', async () => {
    const { code, stderr, text } = await mounted(bind, 'tok', 0o644);
    expect([code, text]).toEqual([1, 'something that is longer than the token\n']);
    expect(stderr).toMatch(
      /^authctl: cannot write ".*": another user could read it\nhint: chmod go-r \//,
    );
  });

  test('is written if others can read it, but not get there, and they cannot afterwards', async () => {
    const line = `chmod 700 . && ${bind}`;
    expect(await mounted(line, 'tok', 0o644)).toMatchObject({
      code: 0,
      text: 'tok\n',
      mode: 0o600,
    });
  });

  test('is not written if it has another name', async () => {
    const { code, stderr, text } = await mounted(`ln source other && ${bind}`);
    expect([code, text]).toEqual([1, 'something that is longer than the token\n']);
    expect(stderr).toContain('it is in use, or a mount point');
  });
});
