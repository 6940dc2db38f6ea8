/** Runs the program once more, with a flag of Node's that can only be set at the start. */
import { childEnvironment } from './environment.ts';
import { type OnSignal, runChild } from './run.ts';

/** What the process was started with. */
type Started = Pick<NodeJS.Process, 'execPath' | 'execArgv' | 'argv' | 'env'>;

/**
 * @param flag of Node's
 * @param code starts the program
 * @returns the exit code
 */
export async function rerun(
  { execPath, execArgv, argv, env }: Started,
  { flag, code, ...how }: RerunOptions,
): Promise<number> {
  const command = [execPath, ...execArgv, flag, '-e', code, '--', ...argv.slice(1)];
  const { exitCode } = await runChild(command, { env: childEnvironment(env, [], {}), ...how });
  return exitCode;
}

export interface RerunOptions {
  readonly flag: string;
  readonly code: string;
  readonly terminal: boolean;
  readonly onSignal: OnSignal;
}
