/** Builds dist/ and the launcher without a word, unless something is wrong. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import configs, { parsers } from '../rolldown.config.js';
import { bundledPackages } from './bundled-packages.js';
import { writeGenerated } from './generated.js';
import { billOfMaterials } from './sbom.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist/');
process.chdir(root);

writeGenerated();

const builds = [];
// One after the other: the first empties the directory.
for (const config of configs) builds.push(await build({ ...config, logLevel: 'warn' }));
chmodSync('bin/authctl.cjs', 0o755);

const code = builds.flatMap(({ output }) => output.map((chunk) => chunk.code)).join('\n');
for (const [file, place] of Object.entries(parsers)) {
  if (!code.includes(`require("./${basename(place)}")`))
    throw new Error(`${place} is not required`);
  copyFileSync(file, join(dist, place));
}

// The help that the launcher has at hand, in the program's own words. Without a terminal it is for a
// width of 80, and holds for wider ones where nothing had to be broken.
const start = `require(${JSON.stringify(`${dist}authctl.cjs`)}).start(${JSON.stringify(dist)})`;
const help = execFileSync(process.execPath, ['-e', start, '--', 'authctl', '--help'], {
  encoding: 'utf8',
});
writeFileSync(join(dist, 'help.txt'), help);

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(join(dist, 'sbom.cdx.json'), billOfMaterials(manifest, bundledPackages(builds)));
