/** Attacks by text: what a token, a variable or an answer holds is never taken for a command. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import { newHome, output, program, run } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { describeWith } from '../parts.ts';

const { ropo } = accounts;

describe('--export without --shell', () => {
  const wrappers: readonly (readonly [string, readonly string[]])[] = [
    ['nothing', []],
    ['timeout', ['timeout', '20']],
    ['nice', ['nice']],
    ['a script of sh', ['/bin/sh', '-c', '"$@"; exit $?', 'sh']],
  ];

  test.each(wrappers)('behind %s hands over no token that needs quotes', async (_, wrapper) => {
    const { url } = await serve(ropo.success("x'; touch pwned; '"));
    const command = [...wrapper, ...program, 'login', 'ropo', '--base-url', url, '--export'];
    const { code, stdout, stderr } = await run(command, { env: ropo.env });
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toContain('--shell <name>');
  });

  test('hands over no refresh token that needs quotes', async () => {
    const { url } = await serve({
      body: { access_token: 'tok', refresh_token: "x'; touch pwned; '" },
    });
    const { env } = accounts['datarhei by password'];
    const command = [...program, 'login', 'datarhei', '--base-url', url, '--export'];
    const { code, stdout, stderr } = await run(command, { env });
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toContain('DATARHEI_REFRESH_TOKEN');
  });

  test('hands over a JWT', async () => {
    const { url } = await serve(ropo.success('abc.d-e_f.ghi'));
    const args = ['login', 'ropo', '--base-url', url, '--export'];
    expect(await output(args, { env: ropo.env })).toContain("ROPO_TOKEN='abc.d-e_f.ghi'");
  });
});

test('the lines of a sandbox hold no path that needs quotes', async () => {
  const home = newHome();
  const TMPDIR = join(home.path, "it's");
  mkdirSync(TMPDIR);
  const { code, stdout, stderr } = await run([...program, 'sandbox'], { home, env: { TMPDIR } });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('AUTHCTL_CONFIG_DIR');
});

describeWith(['fish'], 'fish', () => {
  test('evaluates nothing of a token behind a script of sh', async () => {
    const home = newHome();
    // In the quotes of sh the token is one word; in those of fish it ends them.
    const { url } = await serve(ropo.success("\\'; touch pwned; #"));
    const wrapper = home.write('authctl.sh', '#!/bin/sh\n"$@"; exit $?\n');
    const line = `set s (sh $argv[1] $argv[2..] --export); eval $s`;
    const command = ['login', 'ropo', '--base-url', url];
    const args = ['--no-config', '-c', line, wrapper, ...program, ...command];
    await run(['fish', ...args], { home, env: ropo.env });
    expect(existsSync(join(home.path, 'pwned'))).toBe(false);
  });
});
