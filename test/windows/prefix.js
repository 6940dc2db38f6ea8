/** Makes a Windows under Wine, which has Node and the program. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchRuntime, install } from './install.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const wine = '/usr/lib/wine/wine64';
const wineserver = '/usr/lib/wine/wineserver';

/** Where Wine's files are: apart from those of the user. */
const prefix = join(root, 'build/windows/prefix');

/** Node, and the directory of npm's global packages. Both are on PATH. */
export const node = 'C:\\nodejs\\node.exe';
export const globals = 'C:\\npm';

/** Why there can be no such Windows here; undefined if there can be. */
export function missing() {
  const { platform, arch } = process;
  if (platform !== 'linux' || arch !== 'x64')
    return `Wine runs it on Linux x64, not on ${platform} ${arch}`;
  return existsSync(wine) ? undefined : 'it needs Wine (apt install wine64)';
}

/** Wine itself says nothing, and looks for no browser or .NET to install. */
const env = {
  ...process.env,
  WINEPREFIX: prefix,
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
  LC_ALL: 'C.UTF-8',
};

/** Root may write everywhere; without this right of root's, Wine meets what its users do. */
const restricted = ['--bounding-set', '-dac_override,-dac_read_search', wine];
const [starter, ...first] = process.getuid?.() === 0 ? ['setpriv', ...restricted] : [wine];

/**
 * Starts a program of Windows.
 *
 * @param {readonly string[]} command
 * @param {number} log an open file for its output: Wine does not show a pipe of Linux as one of Windows
 */
export function start(command, log) {
  const options = { cwd: drive, env, stdio: ['ignore', log, log] };
  spawn(starter, [...first, ...command], options).unref();
}

/** Drive C. */
export const drive = join(prefix, 'drive_c');

/** Makes it anew. */
export async function makePrefix() {
  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(drive, { recursive: true });
  onWindows('wineboot', '--init');
  onWindows('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f');
  const runtime = fetchRuntime();
  // The second path is that of the tests' own Node.
  for (const path of ['nodejs/node.exe', `${process.execPath}.exe`]) {
    mkdirSync(dirname(join(drive, path)), { recursive: true });
    copyFileSync(runtime, join(drive, path));
  }
  for (const name of ['agent.mjs', 'keep-alive.cjs'])
    copyFileSync(join(here, name), join(drive, name));
  // The tests' files, in the user's home and by their paths on Linux; and nothing else of Linux, such as
  // /proc, that Windows has not.
  for (const place of [tmpdir(), homedir(), root]) {
    for (const directory of [join(drive, 'users', userInfo().username), drive]) {
      const link = join(directory, place);
      if (existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(place, link);
    }
  }
  rmSync(join(prefix, 'dosdevices/z:'));
  await install(join(drive, 'npm'));
}

/** Ends all programs in it. */
export function stop() {
  execFileSync(wineserver, ['-k'], { env, stdio: 'ignore' });
}

function onWindows(...command) {
  execFileSync(starter, [...first, ...command], { cwd: drive, env, stdio: 'ignore' });
}
