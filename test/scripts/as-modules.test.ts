/** That CommonJS written into a bundle as ES modules is what it was, and of one scope. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const directory = mkdtempSync(join(tmpdir(), 'authctl-modules-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const files = {
  'whole.js': `'use strict'
const { one, two: deux } = require('./names')
const Thing = require('./thing.js')
const names = require('./names')
const EventEmitter = require('node:events').EventEmitter
const path = require('node:path')
function late () { return require('./late.js').late }
module.exports = {
  one,
  sum: deux + names.one,
  Thing,
  emits: new EventEmitter() instanceof EventEmitter,
  join: path.join('a', 'b'),
  late,
  method () { return deux }
}`,
  'names.js': 'const one = 1\nexports.one = one\nexports.two = one + 1\nexports.unused = "unused"',
  'thing.js': 'class Thing { name () { return "thing" } }\nmodule.exports = Thing',
  'self.js': 'module.exports = { self () { return this.more() }, more () { return "more" } }',
  'late.js': 'if (true) exports.late = "late"\nelse exports.late = "never"',
  'entry.js':
    'import { one, sum, Thing, emits, join, late, method } from "./whole.js"\nimport self from "./self.js"\nexport const all = { one, sum, name: new Thing().name(), emits, join, late: late(), method: method(), self: self.self() }',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);

/** By the bundler in a process of its own: it does not take what jest's realm makes. */
function build(plugins: string) {
  const file = join(directory, 'out.cjs');
  const script = `
    import { rolldown } from 'rolldown';
    import { asModules } from './scripts/as-modules.js';
    const input = ${JSON.stringify(join(directory, 'entry.js'))};
    const bundle = await rolldown({ input, platform: 'node', plugins: [${plugins}] });
    const file = ${JSON.stringify(file)};
    await bundle.write({ file, format: 'cjs', codeSplitting: false });
    console.log(JSON.stringify((await import(file)).all));
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
  return { code: readFileSync(file, 'utf8'), all: JSON.parse(printed) };
}

test('modules are the same as before, in one scope, and without what nobody uses', () => {
  const plain = build('');
  const written = build('asModules(/[.]js$/)');
  expect(written.all).toEqual(plain.all);
  expect(written.all).toEqual({
    one: 1,
    sum: 3,
    name: 'thing',
    emits: true,
    join: join('a', 'b'),
    late: 'late',
    method: 2,
    self: 'more',
  });
  expect(plain.code).toContain('require_names = ');
  expect(plain.code).toContain('"unused"');
  expect(written.code).not.toContain('require_names = ');
  expect(written.code).not.toContain('"unused"');
  // What is not plain stays as it is.
  expect(written.code).toContain('require_late = ');
  expect(written.code).toMatch(/module\.exports = \{\s+self/);
});
