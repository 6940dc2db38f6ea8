/** Runs the program once more, with a flag of Node's that can only be set at the start. */

import type { Inherited } from './descriptors.ts';
import { childEnvironment } from './environment.ts';
import { type ExitResult, type OnSignal, runChild } from './run.ts';

/** What the process was started with. */
type Started = Pick<NodeJS.Process, 'execPath' | 'execArgv' | 'argv' | 'env' | 'platform'>;

/**
 * @param flag of Node's
 * @param code starts the program
 * @returns how it ended
 */
export function rerun(
  { execPath, execArgv, argv, env, platform }: Started,
  { flag, code, ...how }: RerunOptions,
): Promise<ExitResult> {
  const command = [execPath, ...execArgv, flag, '-e', code, '--', ...argv.slice(1)];
  return runChild(command, { env: childEnvironment(env, [], {}, platform), ...how });
}

export interface RerunOptions {
  readonly flag: string;
  readonly code: string;
  readonly onSignal: OnSignal;
  readonly inherited: Inherited;
}
