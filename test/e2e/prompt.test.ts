import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { accounts, expectNoSecret } from './accounts.ts';
import { type Env, failure, newHome, run } from './harness.ts';
import { serve } from './servers.ts';
import { answer, atTerminal } from './terminal.ts';

const typed = 'c4nary-typed-in';

describeWith(['expect'], 'on a terminal', () => {
  test('missing fields are prompted for, and a secret is not shown', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(cid): ', '4711\\r'), answer('(apicode): ', `${typed}\\r`)],
    );
    expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
    expect(outcome.screen).toContain('Customer number (cid): ');
    // Where it goes stands before the first question, and once.
    expect(outcome.screen.split(`authctl: Ropo One at ${url}\r\n`)).toHaveLength(2);
    expect(outcome.screen.indexOf('Ropo One at')).toBeLessThan(outcome.screen.indexOf('(cid)'));
    expect(outcome.screen).toContain('4711');
    expect(outcome.screen).toContain('API code (apicode): ');
    expect(outcome.screen).not.toMatch(/c4nary|\*/);
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([{ cid: '4711', apicode: typed }]);
  });

  test('the variable that chose the server is named before anything is asked', async () => {
    const { url } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo'],
      [answer(`Ropo One at ${url} (chosen by ROPO_BASE_URL)`, ''), answer('(cid): ', '1\\r')],
      { ROPO_BASE_URL: url, ROPO_APICODE: typed },
    );
    expect(outcome.code).toBe(0);
  });

  test('without a keychain, only what can be stored is asked for, the server too', async () => {
    const outcome = await atTerminal(
      ['credentials', 'set', 'pegase3'],
      [
        answer('Base URL of your server (base-url): ', 'https://p.example/api\\r'),
        answer('(user-name): ', 'jo\\r'),
      ],
    );
    expect(outcome.code).toBe(8);
    expect(outcome.screen).toContain('notice: only user_name can be stored here\r\n');
    expect(outcome.screen).not.toContain('(password):');
    expect(outcome.screen).toContain('hint: authctl config set pegase3.password --command\r\n');
    expect(outcome.config()).toEqual({
      pegase3: {
        servers: { 'https://p.example': { user_name: 'jo' } },
        base_url: 'https://p.example/api',
      },
    });
  });

  test('the command that stands in for a keychain is for the server that was meant', async () => {
    const outcome = await atTerminal(
      ['credentials', 'set', 'ropo', '-e', 'se'],
      [answer('(cid): ', '1\\r')],
    );
    const key = 'ropo.servers.https://ropo24.se.apicode';
    expect(outcome.screen).toContain(`hint: authctl config set ${key} --command\r\n`);
  });

  test('config set asks for a value, or for a command', async () => {
    const value = await atTerminal(
      ['config', 'set', 'ropo.cid'],
      [answer('ropo.cid: ', '4711\\r')],
    );
    expect([value.code, value.config()]).toEqual([0, { ropo: { cid: '4711' } }]);
    const command = await atTerminal(
      ['config', 'set', 'ropo.apicode', '--command'],
      [answer('ropo.apicode, the command that prints it: ', 'pass show ropo\\r')],
    );
    expect([command.code, command.config()]).toEqual([
      ...[0, { ropo: { apicode: { command: 'pass show ropo' } } }],
    ]);
  });

  test('known fields are not prompted for, and input can be corrected', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(apicode): ', `wrong\\x15${typed}x\\x7f\\r`)],
      { ROPO_CID: '4711' },
    );
    expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
    expect(outcome.screen).not.toContain('(cid)');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ cid: '4711', apicode: typed });
  });

  test.concurrent.each([
    ['Ctrl-C', '\\x03'],
    ['Ctrl-C after a part of the secret', 'c4nary\\x03'],
    ['Ctrl-D', '\\x04'],
  ])('%s at a prompt is exit 130, and nothing is sent', async (_, keys) => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(apicode): ', keys)],
      { ROPO_CID: '4711' },
    );
    expect(outcome).toMatchObject({ code: 130, printed: '' });
    expect(outcome.screen).not.toContain('c4nary');
    expect(requests).toEqual([]);
  });

  test('Ctrl-C at a prompt ends a loop around it, and leaves the terminal as it was', async () => {
    const home = newHome();
    const loop = `for i in 1 2; do "$NODE" "$AUTHCTL" login ropo --base-url http://127.0.0.1:9; done; echo went-on`;
    const around = `trap : INT; stty -a >before; bash -c '${loop}'; echo "bash ended with $?"; stty -a >after`;
    const script = `
      set timeout 15
      spawn -noecho bash -c [read [open around]]
      ${answer('(apicode): ', '\\x03')}
      expect { timeout { puts TIMEOUT } eof }
    `;
    home.write('around', around);
    const path = home.write('script.exp', script);
    const { stdout } = await run(['expect', '-f', path], {
      home,
      env: { TERM: 'xterm', ROPO_CID: '4711' },
    });
    expect(stdout).toContain('bash ended with 130');
    expect(stdout).not.toMatch(/went-on|TIMEOUT/);
    const [before, after] = ['before', 'after'].map((name) =>
      readFileSync(`${home.path}/${name}`, 'utf8'),
    );
    expect(after).toBe(before);
  });

  test('an empty answer is asked for again', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(apicode): ', '\\r'), answer('(apicode): ', `${typed}\\r`)],
      { ROPO_CID: '4711' },
    );
    expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
    expect(outcome.screen).toContain('authctl: apicode cannot be empty; Ctrl-C ends it');
    expect(requests.map(({ body }) => JSON.parse(body).apicode)).toEqual([typed]);
  });

  test.each([
    ['CR', '\\r'],
    ['LF', '\\n'],
    ['CR and LF', '\\r\\n'],
  ])(
    'the second of two pasted lines, ended by %s, is the second answer, and stays hidden',
    async (_, end) => {
      const { url, requests } = await serve(accounts.ropo.success('tok'));
      const outcome = await atTerminal(
        ['login', 'ropo', '--base-url', url],
        [answer('(cid): ', `4711${end}${typed}${end}`)],
      );
      expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
      expect(outcome.screen).not.toContain('c4nary');
      expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
        { cid: '4711', apicode: typed },
      ]);
    },
  );

  test.each([
    ['login', ['login', 'ropo']],
    ['token', ['token', 'ropo']],
    ['exec', ['exec', 'ropo', '--', 'echo', 'ran']],
  ])(
    '%s asks for the rest after a secret was typed as stdin',
    async (_, [command = '', ...args]) => {
      const { url, requests } = await serve(accounts.ropo.success('tok'));
      const more = ['--apicode-stdin', '--base-url', url];
      const outcome = await atTerminal(
        [command, args[0] ?? '', ...more, ...args.slice(1)],
        [`sleep 1; send "${typed}\\x04\\x04"`, answer('(cid): ', '4711\\r')],
      );
      expect(outcome).toMatchObject({ code: 0, printed: command === 'exec' ? 'ran\n' : 'tok\n' });
      expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
        { cid: '4711', apicode: typed },
      ]);
    },
  );

  test('credentials set asks for the rest after a secret was typed as stdin', async () => {
    const { url } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['credentials', 'set', 'ropo', '--apicode-stdin', '--base-url', url],
      [
        answer('reading apicode from stdin, which is not shown; Ctrl-D ends it', ''),
        `send "x\\x7f${typed}\\x04\\x04"`,
        answer('(cid): ', '4711\\r'),
      ],
    );
    expect(outcome.screen).not.toContain(typed);
    // There is no keychain here.
    expect(outcome).toMatchObject({ code: 8, printed: '' });
    expect(outcome.screen).toContain('the keychain cannot be used');
  });

  test('a secret that is typed as stdin is sent as it was typed, and not shown', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const outcome = await atTerminal(
      ['login', 'ropo', '--cid', '1', '--apicode-stdin', '--base-url', url],
      [answer('Ctrl-D ends it', ''), `send "x\\x7f${typed}\\r\\x04"`],
    );
    expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
    expect(outcome.screen).not.toContain(typed);
    expect(requests.map(({ body }) => JSON.parse(body).apicode)).toEqual([typed]);
    const ended = await atTerminal(
      ['login', 'ropo', '--cid', '1', '--apicode-stdin', '--base-url', url],
      [answer('Ctrl-D ends it', ''), `send "half\\x03"`],
    );
    expect(ended.code).toBe(130);
  });

  test('the rest is asked for at the terminal after a secret came through a pipe', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const home = newHome();
    const script = home.write(
      'script.exp',
      `
        set timeout 15
        spawn -noecho sh -c {
          printf %s "$SECRET" | "$NODE" "$AUTHCTL" login ropo --apicode-stdin --base-url ${url}
          echo "code: $?"
          printf %s "$SECRET" | CI=1 "$NODE" "$AUTHCTL" login ropo --apicode-stdin --base-url ${url}
          echo "code: $?"
        }
        expect "(cid): "; send "4711\r"
        expect "in the config?"; send "n\r"
        expect { timeout { puts TIMEOUT } eof }
      `,
    );
    const { stdout } = await run(['expect', '-f', script], { home, env: { SECRET: typed } });
    expect(stdout).toContain('tok\r\ncode: 0');
    expect(stdout).toContain('code: 3');
    expect(stdout).not.toMatch(/TIMEOUT|c4nary/);
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([{ cid: '4711', apicode: typed }]);
  });

  test('what worked is kept if the user wants that', async () => {
    const { url } = await serve(accounts.ropo.success('tok'));
    const home = newHome();
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(cid): ', '4711\\r'), answer('Keep cid in the config? (y/N): ', 'y\\r')],
      { ROPO_APICODE: typed },
      home,
    );
    expect(outcome).toMatchObject({ code: 0, printed: 'tok\n' });
    expect(outcome.screen).toContain('stored cid of ropo in the profile default');
    expect(JSON.parse(home.readConfig())).toMatchObject({
      ropo: { servers: { [url]: { cid: '4711', base_url: url } } },
    });
    expect(home.readConfig()).not.toContain('c4nary');
  });

  test.each<[string, string, string[], Env, number]>([
    ['Enter', '\\r', [], {}, 0],
    ['Ctrl-D', '\\x04', [], {}, 0],
    ['Ctrl-C', '\\x03', [], {}, 130],
    ['--no-store', '', ['--no-store'], {}, 0],
    ['a server of a variable’s choice', '', [], { ROPO_BASE_URL: '' }, 0],
  ])('nothing is kept with %s', async (_, keys, args, env, code) => {
    const { url } = await serve(accounts.ropo.success('tok'));
    const home = newHome();
    const server = 'ROPO_BASE_URL' in env ? [] : ['--base-url', url];
    const outcome = await atTerminal(
      ['login', 'ropo', ...server, ...args],
      [answer('(cid): ', '4711\\r'), ...(keys === '' ? [] : [answer('(y/N): ', keys)])],
      { ROPO_APICODE: typed, ...('ROPO_BASE_URL' in env && { ROPO_BASE_URL: url }) },
      home,
    );
    expect(outcome).toMatchObject({ code, printed: code === 0 ? 'tok\n' : '' });
    if (keys === '') expect(outcome.screen).not.toContain('y/N');
    expect(existsSync(home.config)).toBe(false);
  });

  test('the error does not contain a typed password that was refused', async () => {
    const { url } = await serve(({ body }) => ({
      status: 400,
      body: { errorId: 1, errorText: `You sent ${body}` },
    }));
    const outcome = await atTerminal(
      ['login', 'ropo', '--base-url', url],
      [answer('(apicode): ', `${typed}\\r`)],
      { ROPO_CID: '4711' },
    );
    expect(outcome.code).toBe(4);
    expect(outcome.screen).toContain('apicode from the prompt');
    expectNoSecret(outcome.screen, typed);
  });

  test('Ctrl-Z does not suspend the program: further input goes to the prompt', async () => {
    const { url, requests } = await serve(accounts.ropo.success('tok'));
    const home = newHome();
    // A program can only be suspended under a shell with job control.
    const script = home.write(
      'script.exp',
      `
        set timeout 15
        spawn -noecho bash --norc --noprofile -i
        send {"$NODE" "$AUTHCTL" login ropo --base-url ${url} >stdout.txt; echo "ended with $?"}
        send "\\r"
        ${answer('(cid): ', '\\x1a')}
        sleep 0.3
        send "4711\\r"
        ${answer('(apicode): ', '\\x1a')}
        sleep 0.3
        send "${typed}\\r"
        ${answer('(y/N): ', '\\r')}
        expect {
          timeout { puts TIMEOUT }
          "ended with 0"
        }
        close
      `,
    );
    const { stdout: screen } = await run(['expect', '-f', script], {
      home,
      env: { TERM: 'xterm' },
    });
    expect(screen).toContain('ended with 0');
    expect(screen).not.toMatch(/Stopped|TIMEOUT|c4nary/);
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([{ cid: '4711', apicode: typed }]);
  });

  test.concurrent.each([
    ['CI is set', [], { CI: '1' }],
    ['CI is true', [], { CI: 'true' }],
    ['--no-input is given', ['--no-input'], {}],
  ])('there is no prompt if %s', async (_, args, env) => {
    const outcome = await atTerminal(['login', 'ropo', ...args], [], env);
    expect(outcome).toMatchObject({ code: 3, printed: '' });
    expect(outcome.screen).toContain('ROPO_APICODE');
    expect(outcome.screen).not.toMatch(/TIMEOUT|\(apicode\): /);
  });

  test('there is no prompt if stdin or stderr is not a terminal', async () => {
    const home = newHome();
    const script = home.write(
      'script.exp',
      `
        set timeout 15
        spawn -noecho sh -c {
          "$NODE" "$AUTHCTL" login ropo </dev/null; echo "stdin: $?"
          "$NODE" "$AUTHCTL" login ropo 2>/dev/null; echo "stderr: $?"
        }
        expect { timeout { puts TIMEOUT } eof }
      `,
    );
    const { stdout } = await run(['expect', '-f', script], { home });
    expect(stdout).toContain('stdin: 3');
    expect(stdout).toContain('stderr: 3');
    expect(stdout).not.toContain('TIMEOUT');
  });
});

test('there is no prompt without a terminal', async () => {
  const { code, stderr } = await failure(['login', 'ropo'], { stdin: '4711\nsecret\n' });
  expect([code, stderr]).toEqual([3, expect.stringContaining('missing for Ropo One')]);
});
