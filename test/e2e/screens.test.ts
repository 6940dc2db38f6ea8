/**
 * What the commands look like on a real terminal: 80 and 120 columns wide, dark and light, and without
 * colours. `__snapshots__` has the screens, with `<green>…</>` for colours; `npm test -- test/e2e/screens -u`
 * writes them anew.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Env, type Home, newHome, run } from './harness.ts';
import { sandbox, serve } from './servers.ts';

/** The commands in the order in which a terminal runs them. */
const commands = [
  'authctl login ropo --no-store --base-url "$SLOW"',
  'authctl status',
  'authctl exec verbit -- true',
  'authctl verify netnut',
  'authctl logout netnut',
  'authctl credentials list',
  'authctl config list',
  'authctl provider list',
  'authctl doctor ropo',
  'authctl help token ropo',
] as const;

/** By command. */
type Screens = Readonly<Record<string, string>>;

/** The colours, which a terminal's theme maps to what can be read on its background. */
const marks: Readonly<Record<string, string>> = {
  0: '</>',
  1: '<bold>',
  31: '<red>',
  32: '<green>',
  33: '<yellow>',
  36: '<cyan>',
  39: '</>',
  49: '',
};

const directories: string[] = [];
afterAll(() => {
  for (const path of directories) rmSync(path, { recursive: true, force: true });
});

/** A home whose path is as long everywhere. */
function homeOfKnownLength(): Home {
  const path = mkdtempSync('/tmp/authctl-');
  directories.push(path);
  return { ...newHome(), path };
}

let env: Env;
beforeAll(async () => {
  const origin = await sandbox();
  const slow = await serve(() => (response) => {
    const answer = () => {
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ token: 'slow' }));
    };
    setTimeout(answer, 600);
  });
  env = {
    SLOW: slow.url,
    ROPO_BASE_URL: `${origin}/ropo`,
    ROPO_APICODE: 'sandbox-apicode',
    NETNUT_BASE_URL: `${origin}/netnut`,
    NETNUT_EMAIL: 'demo@example.com',
    NETNUT_PASSWORD: 'sandbox-password',
    VERBIT_BASE_URL: `${origin}/verbit`,
    VERBIT_API_KEY: 'wrong',
    HTTP_PROXY: undefined,
    HTTPS_PROXY: undefined,
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/bash',
    TERM: 'screen-256color',
  };
});

/** A script that runs the commands, each after a line with its number. */
function script(home: Home): string {
  const lines = [
    'authctl() { "$NODE" "$AUTHCTL" "$@"; }',
    'authctl config set ropo.cid 12345 -q; authctl login netnut -q >/dev/null; authctl login ropo -q >/dev/null',
    ...commands.flatMap((command, at) => [`echo "=== ${at}"`, command]),
    'echo "=== end"',
  ];
  const path = join(home.path, 'script');
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** The screens of a terminal. */
async function screensOf(
  columns: number,
  { colors = 'fg=white,bg=black', more = {} }: { colors?: string; more?: Env } = {},
): Promise<Screens> {
  const home = homeOfKnownLength();
  const socket = join(home.path, 'tmux');
  const tmux = (...args: string[]) =>
    run(['tmux', '-S', socket, '-f', '/dev/null', ...args], {
      home,
      env: { ...env, ...more },
    });
  try {
    const path = script(home);
    writeFileSync(path, `\ntmux -S '${socket}' wait-for -S done\nexec cat\n`, { flag: 'a' });
    const size = ['-x', String(columns), '-y', '24'];
    await tmux('new-session', '-d', ...size, `sleep 0.3; sh ${path}`);
    await tmux('set', '-g', 'window-style', colors);
    await tmux('wait-for', 'done');
    const { stdout } = await tmux('capture-pane', '-e', '-p', '-J', '-S', '-');
    return split(stdout, home);
  } finally {
    await tmux('kill-server');
  }
}

/** What the commands print where no terminal is. */
async function piped(): Promise<Screens> {
  const home = homeOfKnownLength();
  const { stdout } = await run(['sh', '-c', `sh ${script(home)} 2>&1 | cat`], { home, env });
  return split(stdout, home);
}

function split(text: string, home: Home): Screens {
  const parts = text
    .split(/^(?:\x1b\[\d*m)*=== \w+ *$/m)
    .slice(1, -1)
    .map((part) => stable(part, home));
  expect(parts).toHaveLength(commands.length);
  return Object.fromEntries(commands.map((command, at) => [command, parts[at] ?? '']));
}

/** Without what differs from run to run, and with colours as words. */
function stable(text: string, home: Home): string {
  return (
    text
      .replaceAll(home.path, '/home/ada'.padEnd(home.path.length, '_'))
      .replace(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:40000')
      // A port of which a narrow table shows a part.
      .replace(/…[\d.:]+/g, (end) => end.replace(/\d+$/, (port) => '0'.repeat(port.length)))
      .replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '00000000-0000-0000-0000-000000000000')
      .replace(/in\s+\d+\s+ms/g, 'in 1 ms')
      .replace(/version \d+\.\d+\.\d+/g, 'version 20.19.0')
      .replace(/\b\d+ in \/\S+/g, '144 in /etc/ssl/certs')
      .replace(/\x1b\[([\d;]*)m/g, (all, codes: string) =>
        codes
          .split(';')
          .map((code) => marks[code || 0] ?? JSON.stringify(all))
          .join(''),
      )
      // tmux ends a colour where the next text begins.
      .replace(/\s*\n((?:<\/>)+)/g, '$1\n')
      .replace(/(?:<\/>)+/g, '</>')
      .replace(/^<\/>|[ \t]+$/gm, '')
      .replace(/^\n+|\s+$/g, '')
  );
}

const uncoloured = (text: string) => text.replace(/<(?:bold|red|green|yellow|cyan)>|<\/>/g, '');

/** Whether a line may be longer than the terminal is wide: a message, which is one line, and what cannot be broken. */
const mayBeLong = (line: string) =>
  /^(?:authctl|hint): |^ +hint: |https?:\/\/\S+|\/home\//.test(line);

function expectGood(screens: Screens, columns: number): void {
  for (const [command, screen] of Object.entries(screens)) {
    const lines = uncoloured(screen).split('\n');
    const long = lines.filter((line) => [...line].length > columns && !mayBeLong(line));
    expect({ command, long }).toEqual({ command, long: [] });
    // Other escape sequences than the marks are left as they are.
    expect(screen).not.toMatch(/\\u001b|[\x00-\x09\x0b-\x1f\x7f]/);
    expect(screen).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]|waiting for/);
  }
}

describeWith(['tmux'], 'on a terminal', () => {
  test.each([80, 120])('of %s columns', async (columns) => {
    const light = { colors: 'fg=black,bg=white', more: { COLORFGBG: '0;15' } };
    const [onDark, onLight, without] = await Promise.all([
      screensOf(columns),
      screensOf(columns, light),
      screensOf(columns, { more: { NO_COLOR: '1' } }),
    ]);
    expectGood(onDark, columns);
    expect(onLight).toEqual(onDark);
    for (const command of commands) {
      const screen = onDark[command] ?? '';
      expect(without[command]).toBe(uncoloured(screen));
      expect(screen).toMatchSnapshot(command);
    }
  });
});

test('piped', async () => {
  const screens = await piped();
  expectGood(screens, Infinity);
  for (const command of commands) {
    const screen = screens[command] ?? '';
    expect(screen).toBe(uncoloured(screen));
    expect(screen).toMatchSnapshot(command);
  }
});

expect.addSnapshotSerializer({
  test: (value) => typeof value === 'string',
  print: (value) => String(value),
});
