/** The keychain's child process, bundled as it is shipped, for tests that run it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
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
 * @param parent where the directory is made, as dist in the package; by default with the project's node_modules
 */
export async function buildKeychainChild(parent?: string): Promise<BuiltChild> {
  const root = parent ?? join(project, 'node_modules/.cache/authctl-test');
  await mkdir(root, { recursive: true });
  if (parent === undefined) {
    // Another test may have made it.
    await symlink(join(project, 'node_modules'), join(root, 'node_modules')).catch(() => {});
  }
  const directory = await mkdtemp(join(root, 'child-'));
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
