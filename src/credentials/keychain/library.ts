/** Loads keytar, only from where it was installed with this package. No other file imports it. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The functions of keytar that are used. */
export type Keytar = Pick<
  typeof import('keytar'),
  'getPassword' | 'setPassword' | 'deletePassword'
>;

/** Loads keytar. @throws an error with the code MODULE_NOT_FOUND if it is not installed; the loader's errors */
export function loadKeytar(): Keytar {
  return requireKeytar('');
}

/**
 * Loads a file of keytar; the empty name loads the package. It is looked for in this package's own
 * node_modules, and beside this package if that is in a node_modules. Node would also look in every
 * parent directory, where others may have put one.
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
