/** The packages that the bundle holds code of, as the bundler tells it. */
import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const marker = `${sep}node_modules${sep}`;

/**
 * @param {readonly { output: readonly object[] }[]} builds what rolldown made
 * @returns {{ directory: string, files: readonly string[], manifest: any }[]} the packages by name,
 *   and their files of which something is in the bundle
 */
export function bundledPackages(builds) {
  const packages = new Map();
  for (const chunk of builds.flatMap(({ output }) => output)) {
    for (const [file, { renderedLength }] of Object.entries(chunk.modules ?? {})) {
      if (renderedLength === 0 || !file.includes(marker)) continue;
      const directory = directoryOf(file);
      packages.set(directory, [...(packages.get(directory) ?? []), file]);
    }
  }
  return [...packages]
    .map(([directory, files]) => ({ directory, files, manifest: manifestOf(directory) }))
    .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}

/** The directory of the package that a file belongs to. */
function directoryOf(file) {
  const start = file.lastIndexOf(marker) + marker.length;
  const [first, second] = file.slice(start).split(sep);
  return file.slice(0, start) + (first.startsWith('@') ? join(first, second) : first);
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}
