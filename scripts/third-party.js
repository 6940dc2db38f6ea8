/**
 * Writes THIRD_PARTY: the licence of every package that the bundle holds code of, as the bundler
 * tells it. With --check it writes nothing, and fails where the file would change.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import configs from '../rolldown.config.js';
import { bundledPackages } from './bundled-packages.js';
import { writeGenerated } from './generated.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'THIRD_PARTY');

/** What a package carries of others without a licence file of theirs; under the package's own terms. */
const carried = {
  undici:
    'It carries llhttp, compiled to WebAssembly, under the same terms:\nCopyright Fedor Indutny, 2018.',
};

/** The bundles, made without writing them. */
async function bundles() {
  writeGenerated();
  const made = [];
  for (const config of configs) {
    const bundle = await rolldown({ ...config, cwd: root });
    made.push(await bundle.generate({ ...config.output, cleanDir: false }));
    await bundle.close();
  }
  return made;
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

function section({ directory, files, manifest: { name, version, license } }) {
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

const sections = bundledPackages(await bundles()).map(section);
const text = `authctl's dist/ holds code of these packages, each under its own licence.\n\n${sections.join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('THIRD_PARTY is not what the bundle holds: run npm run third-party');
  process.exitCode = 1;
}
