/** The plugins of the bundler: what each does, and that it fails the build where it finds something else. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'authctl-plugins-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const files = {
  'big.cjs': 'exports.big = "much code"',
  'uses-big.cjs': 'exports.has = () => Object.keys(require("./big.cjs")).length',
  'left.js': 'import { has } from "./uses-big.cjs"; export const answer = has();',
  'broken.js': 'import "./nowhere.js";',

  'lazy.js': `
    import { createHash } from 'node:crypto';
    import { readFileSync } from 'node:fs';
    import { EOL } from 'node:os';
    const hash = createHash('md5').update('').digest('hex');
    export const answer = [hash, typeof readFileSync, typeof EOL];`,
  'package.cjs': 'const os = require("node:os"); exports.eol = typeof os.EOL;',
  'required.js': 'import { eol } from "./package.cjs"; export const answer = eol;',
  'default.js': 'import os from "node:os"; export const answer = Reflect.get(os, "EOL");',

  'split.js': `
    const [{ one }, { two }] = await Promise.all([import("./one.js"), import("./two.js")]);
    export const answer = [one, two];`,
  'one.js': 'import { both } from "./both.js"; export const one = both("one");',
  'two.js': 'import { both } from "./both.js"; export const two = both("two");',
  'both.js': 'export const both = (name) => [name, "of both"].join(" ");',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);

/** What a bundle exports and holds, or the message that the build failed with. */
interface Built {
  readonly answer?: unknown;
  readonly chunks?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/**
 * By the bundler in a process of its own: it does not take what jest's realm makes.
 *
 * @param plugin an expression, in which `at` makes the path of a file
 */
function build(input: string, plugin: string, format: 'esm' | 'cjs' = 'esm'): Built {
  const script = `
    import { join } from 'node:path';
    import { pathToFileURL } from 'node:url';
    import { rolldown } from 'rolldown';
    import { lazyBuiltins } from './scripts/lazy-builtins.js';
    import { leaveOut } from './scripts/leave-out.js';
    import { together } from './scripts/together.js';
    const at = (name) => join(${JSON.stringify(directory)}, name);
    const dir = at('out-${input}');
    const names = '[name].${format === 'esm' ? 'mjs' : 'cjs'}';
    try {
      const bundle = await rolldown({ input: at('${input}'), platform: 'node', plugins: [${plugin}] });
      const options = { dir, format: '${format}', entryFileNames: names, chunkFileNames: names };
      const { output } = await bundle.write(options);
      await bundle.close();
      const exported = await import(pathToFileURL(join(dir, output[0].fileName)));
      const { answer } = exported.default ?? exported;
      const chunks = Object.fromEntries(output.map(({ name, code }) => [name, code]));
      console.log(JSON.stringify({ answer, chunks }));
    } catch ({ message }) {
      console.log(JSON.stringify({ error: message }));
    }
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('leaving out', () => {
  test('puts an empty object in place of a file', () => {
    const { answer, chunks } = build('left.js', `leaveOut([at('big.cjs')])`);
    expect(answer).toBe(0);
    expect(JSON.stringify(chunks)).not.toContain('much code');
  });

  test('fails the build where it has no such file', () => {
    const { error } = build('left.js', `leaveOut([at('big.cjs'), at('gone.cjs')])`);
    expect(error).toMatch(/does not have .*gone\.cjs exactly once/);
  });

  test('leaves it to a build that failed to say why', () => {
    const { error } = build('broken.js', `leaveOut([at('gone.cjs')])`);
    expect(error).toContain('nowhere.js');
    expect(error).not.toContain('exactly once');
  });
});

describe('lazy built-ins', () => {
  test('are loaded where they are used, unless Node has loaded them', () => {
    const { answer, chunks } = build('lazy.js', 'lazyBuiltins', 'cjs');
    expect(answer).toEqual([expect.stringMatching(/^d41d8cd9/), 'function', 'string']);
    expect(chunks?.['lazy']).toMatch(/^let node_fs = require\("node:fs"\);$/m);
    expect(chunks?.['lazy']).toContain('(0, require("node:crypto").createHash)(');
    expect(chunks?.['lazy']).not.toMatch(/node_(crypto|os)/);
  });

  test('are not looked for in what a package requires for itself', () => {
    const { chunks } = build('required.js', 'lazyBuiltins', 'cjs');
    expect(chunks?.['required']).toContain('typeof require("node:os").EOL');
  });

  test.each([
    ['is declared in another way', 'var node_os = require("node:os");\nnode_os.EOL;'],
    ['is declared twice', `${'let node_os = require("node:os");\n'.repeat(2)}node_os.EOL;`],
    ['is not used', 'let node_os = require("node:os");\nnode_os$1.EOL;'],
  ])('fail the build where one %s', (_, code) => {
    const chunk = `{ fileName: 'x.cjs', imports: ['node:os'], moduleIds: ['/ours.ts'] }`;
    const planted = `lazyBuiltins.renderChunk(${JSON.stringify(code)}, ${chunk})`;
    const { error } = build('left.js', `{ name: 'planted', renderChunk: () => ${planted} }`);
    expect(error).toContain('x.cjs does not declare node:os once and use it');
  });

  test('fail the build where one is made into another object', () => {
    const options = `lazyBuiltins, { name: 'minify', outputOptions: (options) => ({ ...options, minify: true }) }`;
    expect(build('default.js', options, 'cjs').error).toContain('Cannot assign');
  });
});

describe('modules that are loaded together', () => {
  test('are in one file with what they import, and not in a later one', () => {
    const lists = `{ first: [at('one.js')], second: [at('two.js')] }`;
    const { answer, chunks } = build('split.js', `together(${lists})`);
    expect(answer).toEqual(['one of both', 'two of both']);
    expect(chunks?.['first']).toContain('of both');
    expect(chunks?.['second']).toContain('two');
    expect(chunks?.['second']).not.toContain('of both');
  });

  test.each([
    ['has no such module', `{ first: [at('one.js'), at('gone.js')] }`, /first lacks .*gone\.js/],
    [
      'has one in an earlier group',
      `{ first: [at('one.js')], second: [at('both.js')] }`,
      /second lacks .*both\.js/,
    ],
  ])('fail the build where it %s', (_, lists, message) => {
    expect(build('split.js', `together(${lists})`).error).toMatch(message);
  });
});
