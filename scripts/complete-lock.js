/**
 * Completes package-lock.json where the registry in use does not carry the optional packages for other
 * systems: `npm ci` wants every one to be named, and each must have the hash of its content, which the
 * registry tells even of a package that it does not carry. To be run after each change of a dependency
 * on such a registry; with a full one it changes nothing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;
let added = 0;

for (const [parent, { optionalDependencies = {} }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    if (parent === '' || packages[place] || packages[`${parent}/${place}`]) continue;
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
      throw new Error(`${parent} wants ${name} ${version}, which is no exact version`);
    }
    packages[place] = { version, ...systemOf(name), dev: true, optional: true };
    added += 1;
  }
}

for (const [place, entry] of Object.entries(packages)) {
  if (place === '' || entry.link || entry.integrity) continue;
  const name =
    entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const view = ['view', `${name}@${entry.version}`, 'dist.integrity'];
  entry.integrity = execFileSync('npm', view, { encoding: 'utf8' }).trim();
  if (!entry.integrity.startsWith('sha512-')) throw new Error(`${place} has no hash`);
}

lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`added ${added} packages`);

/** The system that a binary is for, as its package's name says: `…-linux-x64-musl`. */
function systemOf(name) {
  const tail = name.replace(/^.*\/(?:(?:cli|core|binding|resolver-binding)-)/, '');
  if (tail.startsWith('wasm32')) return { cpu: ['wasm32'] };
  const [os, cpu, abi = ''] = tail.split('-');
  const libc = abi.startsWith('musl') ? 'musl' : os === 'linux' && abi.startsWith('gnu') && 'glibc';
  return { cpu: [cpu], os: [os], ...(libc && { libc: [libc] }) };
}
