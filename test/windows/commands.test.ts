/** The commands that the program starts: executables, and batch files with whatever arguments. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secret } from '../e2e/accounts.ts';
import { authctl, type Home, newHome, output } from '../e2e/harness.ts';
import { counted, windowsPath } from './windows.ts';

/** A home with a batch file that passes its arguments to a script, as npm's shims do. */
function withTool(): Home {
  const home = newHome();
  home.write('print.js', 'console.log(JSON.stringify(process.argv.slice(2)))');
  home.write('tool.cmd', '@echo off\r\nnode "%~dp0print.js" %*\r\n');
  home.write('fails.bat', '@exit /b 7\r\n');
  home.write('text.txt', '');
  return home;
}

/** The command of exec in a home with a session. */
async function exec(command: readonly string[], home = withTool()) {
  const { env } = await counted();
  return authctl(['exec', 'ropo', '-q', '--', ...command], { home, env });
}

const hostile: readonly string[] = [
  ...['plain', '', ' ', 'a b', '\t', '"', '""', '\\', '\\\\', '\\"', 'a\\', 'a b\\', '" "'],
  ...['&echo injected', '"&echo injected', '"&echo injected&"', '"" & echo injected & ""'],
  ...[
    '|echo injected',
    '>injected.txt',
    '<nothing',
    '^',
    '^^',
    '^&',
    '^"',
    '(',
    ')',
    ',;=',
    '@echo',
  ],
  ...['!PATH!', "'", '`', '$(x)', '*', '?', '[x]', '{x}', '~', '#', 'é', '日本'],
];

describe('a batch file', () => {
  test('gets its arguments as they were given, and runs nothing of them', async () => {
    const { code, stdout, stderr } = await exec(['./tool', ...hostile]);
    expect([code, stderr, JSON.parse(stdout)]).toEqual([0, '', hostile]);
  });

  test('gets random arguments as they were given', async () => {
    // What Wine's cmd makes of a percent sign is not what Windows does.
    const text = fc.string({ maxLength: 12 }).map((each) => each.replaceAll('%', ''));
    const [args = []] = fc.sample(fc.array(text, { minLength: 100, maxLength: 100 }), 1);
    const { stdout } = await exec(['./tool', ...args]);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  test('gets no argument with a line break', async () => {
    expect(await exec(['./tool', 'a\nb'])).toEqual({
      code: 126,
      signal: null,
      stdout: '',
      stderr: 'authctl: ./tool: a batch file cannot be given an argument with a line break\n',
    });
  });

  test('is found on PATH, without its extension', async () => {
    expect(await exec(['authctl', '--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });

  test('may print a secret for the config', async () => {
    const home = withTool();
    home.setConfig({
      ropo: { apicode: { command: [windowsPath(join(home.path, 'tool')), secret] } },
    });
    const { env } = await counted();
    const mine = { ...env, ROPO_BASE_URL: undefined, ROPO_APICODE: undefined };
    const args = ['login', 'ropo', '--base-url', env['ROPO_BASE_URL'] ?? '', '-q'];
    expect(await output(args, { home, env: mine })).toBe('token-1\n');
  });
});

test.each([
  [['./fails'], 7, ''],
  [['node', '-e', 'process.exit(3)'], 3, ''],
  [['./absent'], 127, 'authctl: ./absent: not found\n'],
  [['./text.txt'], 126, 'authctl: ./text.txt: not executable\n'],
  // It is in the working directory, but not on PATH.
  [['tool'], 127, 'authctl: tool: not found\n'],
])('exec of %j ends with %d', async (command, code, stderr) => {
  expect(await exec(command)).toEqual({ code, signal: null, stdout: '', stderr });
});
