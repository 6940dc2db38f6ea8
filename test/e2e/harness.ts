/** Runs the built program like a user: as a separate process, with a separate home directory. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

/** The directory of the checkout. */
export const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The program to test in place of that under Node, if AUTHCTL_TEST_PROGRAM names one: the standalone executable,
 * or what stands for the program on Windows.
 */
export const standalone = process.env['AUTHCTL_TEST_PROGRAM'] || undefined;

/** Whether the program runs on Windows: itself, or Wine in its place. */
const onWindows = process.env['AUTHCTL_TEST_WINDOWS'] !== undefined;

/** The program's file. */
export const bin =
  standalone === undefined ? join(project, 'bin/authctl.cjs') : resolve(standalone);

/** The executable that runs it. */
export const program: readonly [string, ...string[]] =
  standalone === undefined ? [process.execPath, bin] : [bin];

if (!existsSync(standalone === undefined ? join(project, 'dist/authctl.cjs') : bin)) {
  throw new Error(`the program is not built: npm run build${standalone ? ':standalone' : ''}`);
}

/** For shell scripts: `"$NODE" "$AUTHCTL"` runs the program. */
export const scripted = { NODE: standalone === undefined ? process.execPath : 'env', AUTHCTL: bin };

/** `test` for features that only exist under Node, such as NODE_OPTIONS; skipped for the standalone executable. */
export const testUnderNode: (name: string, body: () => Promise<void>) => void =
  standalone === undefined ? test : (name) => test.skip(`${name}: only under Node`, () => {});

/** Variables to set; undefined unsets one. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The outcome of a process. */
export interface Outcome {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The surroundings of a run. */
export interface RunOptions {
  /** Added to PATH, a home, no keychain, and no network but loopback. Nothing is inherited. */
  readonly env?: Env;
  /** The text on stdin; empty by default. */
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  /** The home; by default a new one for each run. */
  readonly home?: Home;
  /** Called with the process ID once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** A user's home directory, with the program's files. */
export interface Home {
  readonly path: string;
  /** The path of the config file. */
  readonly config: string;
  /** The state directory. */
  readonly state: string;
  /** Writes the config: a string unchanged, anything else as JSON. */
  setConfig(content: unknown): void;
  /** The config file's text. */
  readConfig(): string;
  /** Writes another file, and returns its path. */
  write(name: string, content: string | Uint8Array): string;
  /** The paths of all stored sessions. */
  sessions(): string[];
}

// A config elsewhere than in the user's home may hold commands only where it is root's.
const homes = process.getuid?.() === 0 ? tmpdir() : userInfo().homedir;
const root = mkdtempSync(join(homes, 'authctl-e2e-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Creates a home, which is removed after the tests of the file. */
export function newHome(): Home {
  const path = mkdtempSync(join(root, 'home-'));
  const config = join(path, '.config/authctl/config.json');
  const state = join(path, '.local/state/authctl');
  return {
    path,
    config,
    state,
    setConfig(content) {
      mkdirSync(dirname(config), { recursive: true, mode: 0o700 });
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(config, text, { mode: 0o600 });
    },
    readConfig: () => readFileSync(config, 'utf8'),
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    sessions() {
      const directory = join(state, 'sessions');
      if (!existsSync(directory)) return [];
      return readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(directory, name))
        .sort();
    },
  };
}

/** The environment of a run in a home. */
export function environment(home: Home, env: Env = {}): Record<string, string> {
  const { PATH } = process.env;
  const whole: Env = {
    ...(process.platform === 'win32' && windowsEnvironment(home)),
    PATH,
    HOME: home.path,
    AUTHCTL_NO_KEYCHAIN: '1',
    // A closed port, so that nothing leaves the machine by mistake.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    ...env,
  };
  return Object.fromEntries(
    Object.entries(whole).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** What every program on Windows has, and the home as directories of Windows. */
function windowsEnvironment({ path }: Home): Env {
  const { COMSPEC, PATHEXT, SYSTEMDRIVE, SYSTEMROOT, TEMP, TMP, WINDIR } = process.env;
  const [APPDATA, LOCALAPPDATA] = [join(path, '.config'), join(path, '.local/state')];
  return {
    ...{ COMSPEC, PATHEXT, SYSTEMDRIVE, SYSTEMROOT, TEMP, TMP, WINDIR },
    ...{ USERPROFILE: path, APPDATA, LOCALAPPDATA },
  };
}

/** Runs the program. */
export async function authctl(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await run([...program, ...args], options);
  return onWindows ? { ...outcome, stderr: withoutListener(outcome.stderr) } : outcome;
}

/**
 * On Linux the program knows that the tests' servers are the user's own. On Windows it cannot tell, and says so
 * with each request: a test of its own looks for that.
 */
function withoutListener(stderr: string): string {
  const notice =
    /^authctl: notice: the secret goes to \S+ on this machine, where another user could .*\n/gm;
  return stderr.replace(notice, '');
}

/** Runs any command in the same way; `$NODE $AUTHCTL` runs the program. */
export async function run(
  [file = '', ...args]: readonly string[],
  { env = {}, stdin, cwd, home = newHome(), onStart }: RunOptions = {},
): Promise<Outcome> {
  await turn();
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(file, args, {
        cwd: cwd ?? home.path,
        env: environment(home, { ...scripted, ...env }),
        stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
      const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
      child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
      // The program may end without reading its stdin.
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
      const timer = setTimeout(() => child.kill('SIGKILL'), longest);
      child.once('spawn', () => onStart?.(child.pid ?? 0));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        const stdout = Buffer.concat(chunks.stdout).toString();
        const stderr = Buffer.concat(chunks.stderr).toString();
        recordHints(stderr);
        resolve({ code, signal, stdout, stderr });
      });
    });
  } finally {
    next();
  }
}

/** Adds the commands in hints to the file that AUTHCTL_TEST_HINTS names: `hints.test.ts` pastes them. */
function recordHints(stderr: string): void {
  const file = process.env['AUTHCTL_TEST_HINTS'];
  const hints = stderr.split('\n').filter((line) => line.startsWith('hint: authctl '));
  if (file && hints.length > 0) appendFileSync(file, `${hints.join('\n')}\n`);
}

/** The exit status as shells report it: 128 + n after signal n. */
export function exitStatus({ code, signal }: Outcome): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** The stdout of a run that must succeed without output on stderr. */
export async function output(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, ...rest } = await authctl(args, options);
  expect(rest).toEqual({ code: 0, signal: null, stderr: '' });
  return stdout;
}

/** A run that must fail: nothing on stdout, one line per message, and at most one hint. */
export async function failure(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const outcome = await authctl(args, options);
  expect(outcome).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(/^(authctl: [^\n\x1b]+\n)+(hint: [^\n\x1b]+\n)?$/),
  });
  const { code, stderr } = outcome;
  return { code, stderr };
}

/** Milliseconds after which a run counts as hanging. */
const longest = 25_000;

/** The number of concurrent processes, limited so that none of them starves. */
const atOnce = 6;
let running = 0;
const waiting: (() => void)[] = [];

async function turn(): Promise<void> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
}

function next(): void {
  const first = waiting.shift();
  if (first) first();
  else running--;
}
