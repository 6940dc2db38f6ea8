/** The program's entry point: runs main with this process's context, and ends as it says. */
import { join } from 'node:path';
import { endProcess, type Installation, processContext, rerun } from '../src/cli/context.ts';
import { main } from '../src/cli/main.ts';
import { version } from '../src/version.ts';

/** Starts the program. @param dist the bundle's directory */
export async function start(dist: string): Promise<void> {
  const code = `require(${JSON.stringify(join(dist, 'authctl.cjs'))}).start(${JSON.stringify(dist)})`;
  const exitCode = await rerun(code);
  if (exitCode !== undefined) return endProcess(exitCode);
  return startAs({ keychainChild: [process.execPath, join(dist, 'keychain-child.cjs')] });
}

/** Starts the program from a given installation. */
export async function startAs(installation: Omit<Installation, 'version'>): Promise<void> {
  process.on('uncaughtException', crash);
  process.once('beforeExit', ranEmpty);
  // Without a listener, Node opens its debugger to every user of the machine. Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGUSR1', () => {});
  const exitCode = await main(process.argv.slice(2), version, (notice) =>
    processContext({ ...installation, version }, notice),
  );
  await endProcess(exitCode);
}

/** The end of the process by itself: it waits for something that cannot come, and has no result. */
function ranEmpty(): void {
  process.stderr.write(
    `authctl: something unexpected happened: the command ended before it was done\n${bugHint}`,
    () => process.exit(1),
  );
}

const bugHint =
  'hint: this is a bug; please report it with the command you ran, without its secrets, at https://github.com/authctl/authctl/issues\n';

/**
 * Reports an uncaught exception. Its message may quote a secret, and Node would print it in full, so
 * only the error's name and location are printed.
 */
function crash(error: unknown): void {
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  const place = /\n {4}(at .*)/.exec(stack)?.[1] ?? 'at an unknown place';
  process.stderr.write(`authctl: something unexpected happened: ${name} ${place}\n${bugHint}`, () =>
    process.exit(1),
  );
}
