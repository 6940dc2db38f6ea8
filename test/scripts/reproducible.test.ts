/** That the same sources give the same bytes, wherever they are built. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'authctl-elsewhere-'));
const elsewhere = join(directory, 'another place, with a longer name');

beforeAll(() => {
  // Not by links to node_modules: the bundler would follow them to this directory.
  const made = ['.git', 'build', 'coverage', 'dist'];
  cpSync(root, elsewhere, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !made.some((name) => path === join(root, name)),
  });
  rmSync(join(elsewhere, 'bin/authctl.cjs'));
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function build(script: string): void {
  execFileSync(process.execPath, [script], { cwd: elsewhere, stdio: 'pipe' });
}

/** The hashes of what is published, by path. */
function published(base: string): Readonly<Record<string, string>> {
  const chunks = readdirSync(join(base, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(base, join(parentPath, name)));
  const files = ['bin/authctl.cjs', ...chunks].sort();
  return Object.fromEntries(files.map((file) => [file, hash(join(base, file))]));
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('a build elsewhere gives the files that are published (npm run build)', () => {
  build('scripts/build.js');
  const here = published(root);
  expect(Object.keys(here).length).toBeGreaterThan(30);
  expect(published(elsewhere)).toEqual(here);
});

describeWith(['build/authctl'], 'the standalone executable', () => {
  test('is the same where it is built elsewhere (npm run build:standalone)', () => {
    build('standalone/build.js');
    expect(hash(join(elsewhere, 'build/authctl'))).toBe(hash(join(root, 'build/authctl')));
  }, 120_000);
});
