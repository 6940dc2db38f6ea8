/** That the executable is made of the runtime that the lock file names, and of no other. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

/** As `standalone/runtime.js` declares it. */
type Verify = (
  file: string,
  published: { readonly tarball: string; readonly integrity: string; readonly entry: string },
) => void;
const { verify }: { verify: Verify } = await import(resolve('standalone/runtime.js'));

const directory = mkdtempSync(join(tmpdir(), 'authctl-runtime-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const entry = 'package/bin/bun';
const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));
const tarball = join(directory, 'bun.tgz');
mkdirSync(join(directory, 'package/bin'), { recursive: true });
writeFileSync(join(directory, entry), bytes);
execFileSync('tar', ['-czf', 'bun.tgz', entry], { cwd: directory });
const integrityOf = (content: Buffer) =>
  `sha512-${createHash('sha512').update(content).digest('base64')}`;
const integrity = integrityOf(readFileSync(tarball));

function installed(content: Buffer): string {
  const file = join(directory, 'installed');
  writeFileSync(file, content);
  return file;
}

test('what was published is taken', () => {
  expect(() => verify(installed(bytes), { tarball, integrity, entry })).not.toThrow();
});

test.each([
  ['a byte changed', () => Buffer.concat([bytes.subarray(0, -1), Buffer.from([255])])],
  ['a byte appended', () => Buffer.concat([bytes, Buffer.from([0])])],
  ['a byte too few', () => bytes.subarray(1)],
])('a runtime with %s is refused', (_, content) => {
  expect(() => verify(installed(content()), { tarball, integrity, entry })).toThrow(
    'is not what was published',
  );
});

test('a package with another hash than that of the lock file is refused', () => {
  const other = join(directory, 'other.tgz');
  writeFileSync(other, readFileSync(tarball));
  appendFileSync(other, '\0');
  expect(() => verify(installed(bytes), { tarball: other, integrity, entry })).toThrow(
    'does not have the hash',
  );
});

test('a package without the runtime in it is refused', () => {
  const published = { tarball, integrity, entry: 'package/bin/other' };
  expect(() => verify(installed(bytes), published)).toThrow('tar');
});
