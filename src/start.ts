/** Where the program begins: hands the process's world to main, and ends with its exit code. */
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { processContext } from './context-process.ts';
import { main } from './main.ts';

/** @param dist the directory of the bundle */
export async function start(dist: string): Promise<void> {
  const { version } = packageJson;
  const keychainChild = join(dist, 'keychain-child.cjs');
  const exitCode = await main(process.argv.slice(2), version, (notice) =>
    processContext({ keychainChild, version }, notice),
  );
  process.exitCode = exitCode;
  // Whatever still holds the process, such as an open stdin, has nothing to add.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}
