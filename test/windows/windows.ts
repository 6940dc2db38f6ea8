/** What the tests of the Windows suite use beside the program; `suite.js` starts them. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { userInfo } from 'node:os';
import { accounts } from '../e2e/accounts.ts';
import { type Env, type Outcome, type RunOptions, run } from '../e2e/harness.ts';
import { type Reply, serve } from '../e2e/servers.ts';

/** Empty on Windows itself. */
const { AUTHCTL_TEST_WINDOWS: command } = process.env;

/** Runs a command as `authctl` of the end-to-end tests runs the program. */
export function onWindows(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  if (command === undefined) throw new Error('run the suite with npm run test:windows');
  return run(command === '' ? args : [command, ...args], options);
}

/** Takes the right to write to a directory from everybody. @returns gives it back */
export function shut(directory: string): () => void {
  if (command !== '') {
    chmodSync(directory, 0o555);
    return () => chmodSync(directory, 0o755);
  }
  const everybody = '*S-1-1-0';
  execFileSync('icacls', [directory, '/deny', `${everybody}:(OI)(CI)(WD,AD)`]);
  return () => void execFileSync('icacls', [directory, '/remove:d', everybody]);
}

/** A path of the tests as the program on Windows spells it. */
export function windowsPath(path: string): string {
  if (command === '') return path.replaceAll('/', '\\');
  return `C:\\users\\${userInfo().username}${path.replaceAll('/', '\\')}`;
}

/** A server that gives numbered tokens, and the variables to log in to it. */
export async function counted(): Promise<{ readonly env: Env; readonly logins: () => number }> {
  const { env, success } = accounts.ropo;
  const { url, requests } = await serve((_, count): Reply => success(`token-${count}`));
  return { env: { ...env, ROPO_BASE_URL: url }, logins: () => requests.length };
}
