import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { providers } from '../../src/providers/index.ts';
import { describeWith } from '../parts.ts';
import { type Env, failure, newHome, authctl as program, run } from './harness.ts';

/** Runs a shell script in the sandbox. */
function inSandbox(script: string, env: Env = {}) {
  return program(['sandbox', '--', 'sh', '-c', script], { env });
}

const authctl = '"$NODE" "$AUTHCTL"';

test('a command can log in to every provider, regardless of the surrounding setup', async () => {
  const logins = providers.map(({ name }) => `${authctl} login ${name} || echo FAILED`);
  const env = { ROPO_APICODE: 'mine', ROPO_ENVIRONMENT: 'se', AUTHCTL_PROFILE: 'work' };
  const { code, stdout, stderr } = await inSandbox(`${logins.join('; ')}; ${authctl} refresh`, env);
  expect([code, stderr]).toEqual([0, '']);
  const tokens = stdout.trimEnd().split('\n');
  // One per provider, and the refreshed one.
  expect(tokens).toHaveLength(providers.length + 1);
  for (const token of tokens) expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('a wrong password is refused', async () => {
  const { code, stderr } = await inSandbox(`ROPO_APICODE=wrong ${authctl} login ropo`);
  expect([code, stderr]).toEqual([4, expect.stringContaining('Invalid cid or apicode')]);
});

test('exit code and output are those of the command, and nothing is left behind', async () => {
  const { code, stdout, stderr } = await inSandbox(
    'echo "$ROPO_BASE_URL"; echo "$AUTHCTL_STATE_DIR"; echo oops >&2; exit 42',
  );
  expect([code, stderr]).toEqual([42, 'oops\n']);
  const [baseUrl = '', state = ''] = stdout.split('\n');
  expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ropo$/);
  expect(existsSync(state)).toBe(false);
  await expect(fetch(baseUrl)).rejects.toThrow();
});

test.each([
  ['not found', 'no-such-program', 127],
  ['not executable', '/dev/null', 126],
])('a command that is %s has its exit code', async (_, command, exitCode) => {
  const { code, stdout, stderr } = await program(['sandbox', '--', command]);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(stderr).toMatch(new RegExp(`^authctl: ${command}: not \\w+\\n$`));
});

test('a provider in place of the command has a hint', async () => {
  const { code, stderr } = await program(['sandbox', 'ropo']);
  expect([code, stderr]).toEqual([
    127,
    'authctl: ropo is a provider, and no command\nhint: authctl sandbox -- authctl token ropo\n',
  ]);
});

test('an invalid port is wrong usage', async () => {
  const { code, stderr } = await failure(['sandbox', '--port', '70000']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--port')]);
});

describeWith(['bash'], 'without a command', () => {
  test('it serves until Ctrl-C, and prints statements for another terminal', async () => {
    const home = newHome();
    const script = `
      set -m
      ${authctl} sandbox >lines 2>notices & sandbox=$!
      until grep -q DATARHEI lines; do sleep 0.05; done
      . ./lines
      ${authctl} login ropo >/dev/null || echo FAILED
      kill -INT $sandbox
      wait $sandbox; echo "ended: $?"
    `;
    const { stdout } = await run(['bash', '-c', script], { home });
    expect(stdout).toBe('ended: 130\n');
  });
});
