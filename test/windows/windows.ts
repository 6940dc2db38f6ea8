/** Runs commands of Windows beside the program. Only in the Windows suite, which `suite.js` starts. */
import { userInfo } from 'node:os';
import { accounts } from '../e2e/accounts.ts';
import { type Env, type Outcome, type RunOptions, run } from '../e2e/harness.ts';
import { type Reply, serve } from '../e2e/servers.ts';

const { AUTHCTL_TEST_WINDOWS: command } = process.env;

/** Runs a command as `authctl` of the end-to-end tests runs the program. */
export function onWindows(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  if (command === undefined) throw new Error('run the suite with npm run test:windows');
  return run([command, ...args], options);
}

/** A path of Linux as Windows spells it. */
export function windowsPath(path: string): string {
  return `C:\\users\\${userInfo().username}${path.replaceAll('/', '\\')}`;
}

/** A server that gives numbered tokens, and the variables to log in to it. */
export async function counted(): Promise<{ readonly env: Env; readonly logins: () => number }> {
  const { env, success } = accounts.ropo;
  const { url, requests } = await serve((_, count): Reply => success(`token-${count}`));
  return { env: { ...env, ROPO_BASE_URL: url }, logins: () => requests.length };
}
