/**
 * Makes modules of the catalogue, so that the program has it at hand: each declaration as its file is, and
 * what its contract says about it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const source = new URL('../catalogue/', import.meta.url);

/** The texts of the modules, by their paths in src. */
export function catalogueModules() {
  const names = readdirSync(source)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();
  return {
    'providers/catalogue/generated/names.js': moduleOf(names),
    'providers/catalogue/generated/entries.js': moduleOf(names.map(entry)),
  };
}

function moduleOf(value) {
  return `export default ${JSON.stringify(value, undefined, 1)};\n`;
}

function entry(name) {
  const text = readFileSync(new URL(`${name}.yaml`, source), 'utf8');
  const contract = parse(readFileSync(new URL(`contracts/${name}.yaml`, source), 'utf8'));
  const { title, docs } = parse(text);
  const { topic, keywords, status, verified } = contract;
  return { name, title, docs, topic, keywords, status, ...(verified && { verified }), text };
}
