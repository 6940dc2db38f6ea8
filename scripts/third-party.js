/**
 * Writes THIRD_PARTY: the licence of every package that the bundle holds code of, as the bundler
 * tells it. With --check it writes nothing, and fails where the file would change.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import config from '../rolldown.config.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'THIRD_PARTY');

/** What a package carries of others without a licence file of theirs; under the package's own terms. */
const carried = {
  undici:
    'It carries llhttp, compiled to WebAssembly, under the same terms:\nCopyright Fedor Indutny, 2018.',
};

/** The files of the bundle that came from packages. */
async function bundledFiles() {
  const items = [];
  for (const part of [config].flat()) {
    const bundle = await rolldown({ ...part, cwd: root });
    items.push(...(await bundle.generate({ ...part.output, cleanDir: false })).output);
    await bundle.close();
  }
  return items
    .flatMap((item) => (item.type === 'chunk' ? Object.entries(item.modules) : []))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id)
    .filter((id) => id.includes(`${sep}node_modules${sep}`));
}

/** The directory of the package that a file belongs to. */
function packageOf(file) {
  const marker = `${sep}node_modules${sep}`;
  const start = file.lastIndexOf(marker) + marker.length;
  const [first, second] = file.slice(start).split(sep);
  return file.slice(0, start) + (first.startsWith('@') ? join(first, second) : first);
}

/** The licence files of a directory. */
function licencesIn(directory) {
  return readdirSync(directory)
    .filter((name) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name))
    .map((name) => join(directory, name));
}

/** The licence files that hold for a file: those beside it, and above it up to its package. */
function licencesOf(file, directory) {
  const found = [];
  for (let at = dirname(file); at.startsWith(directory); at = dirname(at)) {
    found.unshift(...licencesIn(at));
  }
  return found;
}

function section(directory, files) {
  const { name, version, license } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  );
  const licences = [...new Set(files.flatMap((file) => licencesOf(file, directory)))].sort();
  if (licences.length === 0) throw new Error(`${name} has no licence file`);
  const texts = licences.map((path) => {
    const place = relative(directory, dirname(path)).replaceAll(sep, '/');
    const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
    return place === '' ? text : `What is in ${place}:\n\n${text}`;
  });
  const more = Object.hasOwn(carried, name) ? [carried[name]] : [];
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${[...texts, ...more].join('\n\n')}\n`;
}

const packages = new Map();
for (const file of await bundledFiles()) {
  const directory = packageOf(file);
  packages.set(directory, [...(packages.get(directory) ?? []), file]);
}
const sections = [...packages]
  .map(([directory, files]) => section(directory, files))
  .sort((a, b) => (a < b ? -1 : 1));
const text = `authctl's dist/ holds code of these packages, each under its own licence.\n\n${sections.join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('THIRD_PARTY is not what the bundle holds: run npm run third-party');
  process.exitCode = 1;
}
