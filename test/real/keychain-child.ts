/** The keychain's child process, bundled as it is shipped, for tests that run it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A bundled child. */
export interface BuiltChild {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Bundles the child into a new directory.
 * @param parent where the directory is made; keytar is found only below the project, the default
 */
export async function buildKeychainChild(
  parent: string = join(project, 'node_modules/.cache/authctl-test'),
): Promise<BuiltChild> {
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'child-'));
  const path = join(directory, 'keychain-child.cjs');
  // In a process of its own: jest's regular expressions are not the ones that its binary knows.
  await promisify(execFile)(process.execPath, [
    join(project, 'node_modules/rolldown/bin/cli.mjs'),
    join(project, 'src/credentials/keychain/child.ts'),
    `--file=${path}`,
    '--format=cjs',
    '--platform=node',
    '--external=keytar',
  ]);
  return { path, remove: () => rm(directory, { recursive: true }) };
}
