/** What a terminal shows while the program waits, and how a run that waits is ended. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { authctl, newHome, testUnderNode } from './harness.ts';
import { answer, atTerminal } from './terminal.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Answers with a token after a while. @param busy how often it is busy first */
async function slow(delay: number, busy = 0): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => {
      const isBusy = count++ < busy;
      response.writeHead(isBusy ? 503 : 201, {
        'content-type': 'application/json',
        'retry-after': '2',
      });
      response.end(isBusy ? '{}' : '{"token":"tok"}');
    }, delay).unref();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const env = { ROPO_CID: '1', ROPO_APICODE: 'c4nary', LANG: 'C.UTF-8' };
const login = (url: string, ...more: string[]) => ['login', 'ropo', '--base-url', url, ...more];
const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

describeWith(['expect'], 'on a terminal', () => {
  test('a long wait is shown, then named, and leaves nothing behind', async () => {
    const { code, printed, screen } = await atTerminal(login(await slow(1800)), [], env);
    expect([code, printed]).toEqual([0, 'tok\n']);
    expect(screen).toMatch(spinner);
    expect(screen).toContain('waiting for Ropo One');
    expect(screen).toMatch(/\r\x1b\[K$/);
    expect(screen).not.toContain('\x1b[?25l');
  });

  test('a busy server is named, and when it is asked again', async () => {
    const { code, screen } = await atTerminal(login(await slow(0, 1)), [], env);
    expect(code).toBe(0);
    expect(screen).toContain('answered 503, trying again in 2 s');
  });

  test.each([
    ['--quiet', ['-q'], {}],
    ['errors as JSON', ['--error-format', 'json'], {}],
    ['CI', [], { CI: '1' }],
  ])('nothing is shown with %s', async (_, args, more) => {
    const { code, screen } = await atTerminal(login(await slow(1300), ...args), [], {
      ...env,
      ...more,
    });
    expect([code, screen]).toEqual([0, '']);
  });

  test('NO_COLOR takes the colour away, and no more', async () => {
    const { screen } = await atTerminal(login(await slow(600)), [], { ...env, NO_COLOR: '1' });
    expect(screen).toMatch(spinner);
    expect(screen).not.toMatch(/\x1b\[\d+m/);
  });

  test('a dumb terminal gets a line', async () => {
    const { screen } = await atTerminal(login(await slow(1400)), [], { ...env, TERM: 'dumb' });
    expect(screen).toBe('authctl: waiting for Ropo One\r\n');
  });

  test.each([
    ['login', ['login', 'ropo']],
    ['token', ['token', 'ropo']],
    ['exec', ['exec', 'ropo']],
  ])('Ctrl-C ends %s by the signal, with one line', async (_, command) => {
    const args = [...command, '--base-url', await slow(20_000)];
    const ran = command[0] === 'exec' ? [...args, '--', 'true'] : args;
    const { code, printed, screen } = await atTerminal(
      ran,
      [answer('waiting for Ropo One', '\\x03')],
      env,
    );
    expect([code, printed]).toEqual([130, '']);
    expect(screen.match(/authctl: interrupted/g)).toHaveLength(1);
    expect(screen).toMatch(/\r\x1b\[Kauthctl: interrupted\r\n/);
  });

  test('a watch says what it does', async () => {
    const home = newHome();
    const { code, screen } = await atTerminal(
      ['token', 'ropo', '--base-url', await slow(0), '--out-file', 'token.txt', '--watch'],
      [answer('keeping token.txt up to date; Ctrl-C ends it', ''), 'sleep 1; send "\\x03"'],
      env,
      home,
    );
    expect(code).toBe(130);
    expect(screen).toContain('authctl: interrupted');
  });
});

test('without a terminal, only -v says what happens, as it happens', async () => {
  const url = await slow(0, 1);
  const { code, stderr } = await authctl(login(url, '-v'), { env });
  expect(code).toBe(0);
  expect(stderr).toContain(
    `authctl: POST ${url}/token\nauthctl: answered 503, trying again in 2 s\nauthctl: answered 201\n`,
  );
  expect(await authctl(login(await slow(1300)), { env })).toMatchObject({ code: 0, stderr: '' });
});

describe('a run that waits for what cannot come', () => {
  testUnderNode('ends with 1, and says so', async () => {
    const home = newHome();
    const hook = home.write(
      'hook.cjs',
      `const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
      Object.defineProperty(process, 'stdin', { value: never });`,
    );
    const outcome = await authctl(['login', 'ropo', '--cid', '1', '--apicode-stdin'], {
      home,
      env: { NODE_OPTIONS: `--require=${hook}` },
    });
    expect(outcome).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^authctl: something unexpected .* before it was done\nhint: /),
    });
  });
});
