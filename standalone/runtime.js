/** Bun's runtime, as the lock file here names it: the executable is made of its bytes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const suffix = process.platform === 'win32' ? '.exe' : '';

/**
 * Installs Bun where it is not, and compares it with what was published.
 *
 * @returns {string} the path of Bun
 */
export function verifiedBun() {
  const installed = join(here, 'node_modules/@oven');
  if (!existsSync(installed)) {
    // Bun's own install script has nothing to add.
    npm(['ci', '--prefix', here, '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  const [name] = existsSync(installed) ? readdirSync(installed) : [];
  if (!name) throw new Error(`there is no Bun for ${process.platform} ${process.arch}`);
  const bun = join(installed, name, `bin/bun${suffix}`);
  withPacked(name, (packed) => verify(bun, { ...packed, entry: `package/bin/bun${suffix}` }));
  return bun;
}

/**
 * Writes Bun for Windows on x64, as it was published.
 *
 * @param {string} file the path for it
 */
export function writeBunForWindows(file) {
  withPacked('bun-windows-x64', (packed) => {
    writeFileSync(file, published({ ...packed, entry: 'package/bin/bun.exe' }));
  });
}

/** Calls a function with a package of Bun, and the hash that the lock file has of it. */
function withPacked(name, use) {
  const { packages } = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  const { version, integrity } = packages[`node_modules/@oven/${name}`];
  const directory = mkdtempSync(join(tmpdir(), 'authctl-bun-'));
  try {
    // What `npm ci` fetched is still in npm's cache.
    const pack = ['pack', `@oven/${name}@${version}`, '--prefer-offline', '--silent'];
    const file = npm([...pack, `--pack-destination=${directory}`]).trim();
    use({ tarball: join(directory, file), integrity });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * Checks that a file is what a package was published with, byte for byte.
 *
 * @param {string} file the path of what was installed
 * @param {{ tarball: string, integrity: string, entry: string }} packed the package as it was packed,
 *   its hash in the lock file, and the name of the file within
 * @throws {Error} where it is not
 */
export function verify(file, packed) {
  if (!published(packed).equals(readFileSync(file))) {
    throw new Error(`${file} is not what was published: remove standalone/node_modules`);
  }
}

/** A file of a package. @throws {Error} where the package is not the one of the lock file */
function published({ tarball, integrity, entry }) {
  const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (`sha512-${hash}` !== integrity) {
    throw new Error(`${tarball} does not have the hash that standalone/package-lock.json names`);
  }
  return run('tar', ['-xzOf', tarball, entry], { encoding: 'buffer' });
}

/** npm itself is a script of a shell on Windows. */
function npm(args) {
  return run('npm', args, { shell: process.platform === 'win32' });
}

/**
 * Runs a program to its end.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 * @returns what it prints
 * @throws {Error} with what it said, where it fails
 */
export function run(file, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
    ...options,
  });
  if (status === 0) return stdout;
  throw error ?? new Error(`${file} ${args[0]} failed:\n${stdout}${stderr}`);
}
