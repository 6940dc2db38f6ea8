/** Where the program begins: hands the process's world to main, and ends with its exit code. */
import { join } from 'node:path';
import { flushOutput, type Installation, processContext } from '../src/cli/context.ts';
import { main } from '../src/cli/main.ts';
import { version } from '../src/version.ts';

/** @param dist the directory of the bundle */
export function start(dist: string): Promise<void> {
  return startAs({ keychainChild: [process.execPath, join(dist, 'keychain-child.cjs')] });
}

/** Starts the program as it is installed here. */
export async function startAs(installation: Omit<Installation, 'version'>): Promise<void> {
  process.on('uncaughtException', crash);
  const exitCode = await main(process.argv.slice(2), version, (notice) =>
    processContext({ ...installation, version }, notice),
  );
  process.exitCode = exitCode;
  // Whatever still holds the process, such as an open stdin, has nothing to add.
  await flushOutput();
  process.exit();
}

/**
 * The end by a bug that nobody caught. Node would print the error with all that hangs on it; its
 * message may quote a secret, so only its kind and its place are told.
 */
function crash(error: unknown): void {
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  const place = /\n {4}(at .*)/.exec(stack)?.[1] ?? 'at an unknown place';
  process.stderr.write(
    `authctl: something unexpected happened: ${name} ${place}\nhint: this is a bug; please report it with the command you ran, without its secrets, at https://github.com/authctl/authctl/issues\n`,
    () => process.exit(1),
  );
}
