/** Runs a command line in the system's shell. */
import { spawn } from 'node:child_process';

/**
 * The command's stdin is empty. Its output goes to the program's stderr, because stdout is reserved for
 * the result.
 *
 * @returns the problem in words that follow "the command"; undefined on success
 */
export function runShellLine(
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(line, { shell: true, env, stdio: ['ignore', 2, 2] });
    child.once('error', () => resolve('cannot be started'));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `was killed by ${signal}` : `ended with exit code ${code}`);
    });
  });
}
