/**
 * Makes modules of the catalogue, so that the program has it at hand: each declaration as its file is, and
 * what its contract says about it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const source = new URL('../catalogue/', import.meta.url);
const place = new URL('../src/providers/catalogue/generated/', import.meta.url);

/** Writes the files. */
export function writeCatalogue() {
  const names = readdirSync(source)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();
  mkdirSync(place, { recursive: true });
  write('names.js', names);
  write('entries.js', names.map(entry));
}

function entry(name) {
  const text = readFileSync(new URL(`${name}.yaml`, source), 'utf8');
  const contract = parse(readFileSync(new URL(`contracts/${name}.yaml`, source), 'utf8'));
  const { title, docs } = parse(text);
  const { topic, keywords, status, verified } = contract;
  return { name, title, docs, topic, keywords, status, ...(verified && { verified }), text };
}

/** Leaves a file alone that is as it should be: others may be reading it. */
function write(name, value) {
  const path = new URL(name, place);
  const text = `export default ${JSON.stringify(value, undefined, 1)};\n`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
