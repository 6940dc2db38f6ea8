/** Runs a line in the system's shell, for a command that the user gave as one. */
import { spawn } from 'node:child_process';

/**
 * Its stdin is empty; what it prints goes to our stderr, since stdout is the result's.
 *
 * @returns in words how it failed; undefined where it did not
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
      else resolve(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`);
    });
  });
}
