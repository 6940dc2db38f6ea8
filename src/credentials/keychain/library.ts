/** The keychain's library, and the only file that imports keytar: from where this package was installed with it. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The calls of keytar that are made. */
export type Keytar = Pick<
  typeof import('keytar'),
  'getPassword' | 'setPassword' | 'deletePassword'
>;

/** Loads keytar. @throws an error with the code MODULE_NOT_FOUND where it is not installed; the loader's */
export function loadKeytar(): Keytar {
  return requireKeytar('');
}

/**
 * Loads a file of keytar's; an empty name is the package. It is looked for in the package's own
 * node_modules, and beside the package where that lies in a node_modules. Node would look in each
 * directory above as well, where others may have put one.
 *
 * @throws as `loadKeytar`
 */
export function requireKeytar(name: string): Keytar {
  // The bundle is dist/keychain-child.cjs in the package.
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const above = dirname(root);
  const places = [join(root, 'node_modules')];
  if (basename(above) === 'node_modules') places.push(above);
  const place = places.map((each) => join(each, 'keytar')).find((each) => existsSync(each));
  if (place === undefined) {
    throw Object.assign(new Error('keytar is not installed'), { code: 'MODULE_NOT_FOUND' });
  }
  return createRequire(import.meta.url)(join(place, name));
}
