/** Writes the modules that are made of data, before the program is run or bundled. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { catalogueModules } from './catalogue.js';
import { validatorModules } from './validator.js';

const source = new URL('../src/', import.meta.url);

/** Writes the files. One that is as it should be is left alone: others may be reading it. */
export function writeGenerated() {
  for (const [name, text] of Object.entries({ ...validatorModules(), ...catalogueModules() })) {
    const path = new URL(name, source);
    mkdirSync(new URL('.', path), { recursive: true });
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
}
