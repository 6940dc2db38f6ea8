/** Where addresses are limited, or WebAssembly is switched off: shared hosts, batch queues, hardened systems. */
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { failure, newHome, program, run, standalone, testUnderNode } from './harness.ts';
import { serve } from './servers.ts';
import { startCommand, until } from './start.ts';

const { ropo } = accounts;
const onLinux = process.platform === 'linux' && standalone === undefined ? describe : describe.skip;
const limited = ['bash', '-c', 'ulimit -v 2500000; "$@"; exit $?', 'bash', ...program];

onLinux('with a limit on addresses', () => {
  test('a login works, with a secret from stdin', async () => {
    const { url, requests } = await serve(ropo.success('tok'));
    const { ROPO_APICODE: stdin, ...env } = ropo.env;
    const args = ['login', 'ropo', '--base-url', url, '--apicode-stdin'];
    const outcome = await run([...limited, ...args], { env, stdin: stdin ?? '' });
    expect(outcome).toEqual({ code: 0, signal: null, stdout: 'tok\n', stderr: '' });
    expect(requests).toHaveLength(1);
  });

  test('many callers at once share one login', async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const calls = [1, 2, 3].map(() => run([...limited, 'token', 'ropo'], { home, env }));
    for (const outcome of await Promise.all(calls)) {
      expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n' });
    }
    expect(requests).toHaveLength(1);
  });

  test('exec passes on the exit code, the limit, and its own environment', async () => {
    const { url } = await serve(ropo.success('tok'));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const line = 'ulimit -v; env | sort | grep -v "^_="; exit 7';
    const exec = ['exec', 'ropo', '--no-store', '--', 'sh', '-c', line];
    const outcome = await run([...limited, ...exec], { env });
    expect(outcome).toMatchObject({ code: 7, stderr: '' });
    const plain = await run(['bash', '-c', '"$@"', 'bash', ...program, ...exec], { env });
    const variables = (text: string) =>
      text
        .split('\n')
        .slice(1)
        .filter((each) => !/^(?:HOME|PWD|OLDPWD|SHLVL|.*EXPIRES_AT)=/.test(each));
    expect(outcome.stdout).toMatch(/^2500000\n/);
    expect(variables(outcome.stdout)).toEqual(variables(plain.stdout));
  });

  test('a signal reaches the command of exec', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const line = 'trap "echo got; exit 9" TERM; echo > ready; while :; do sleep 0.1; done';
    const command = [...program, 'exec', 'ropo', '--', 'sh', '-c', line];
    const started = startCommand(
      ['bash', '-c', 'ulimit -v 2500000; exec "$@"', 'bash', ...command],
      {
        home,
        env,
      },
    );
    const { existsSync } = await import('node:fs');
    await until(() => existsSync(`${home.path}/ready`));
    started.signal('SIGTERM');
    expect(await started.ended).toMatchObject({ code: 9, stdout: 'got\n' });
  });

  test('an error is the same, once', async () => {
    const { url } = await serve({ status: 401 });
    const args = ['login', 'ropo', '--base-url', url];
    const outcome = await run([...limited, ...args], { env: ropo.env });
    expect(outcome).toEqual({
      signal: null,
      stdout: '',
      ...(await failure(args, { env: ropo.env })),
    });
  });
});

testUnderNode('without WebAssembly, one sentence says so', async () => {
  const { url, requests } = await serve(ropo.success('tok'));
  const env = { ...ropo.env, NODE_OPTIONS: '--jitless' };
  const { code, stdout, stderr } = await run([...program, 'login', 'ropo', '--base-url', url], {
    env,
  });
  expect([code, stdout, requests.length]).toEqual([3, '', 0]);
  expect(stderr).toContain(
    'authctl: the network cannot be used, because Node runs without WebAssembly\n',
  );
  expect(stderr).not.toContain('bug');
});
