/** What a version of Node that is too old makes of the launcher. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const launcher = join(import.meta.dirname, '../../bin/authctl.cjs');
const directory = mkdtempSync(join(tmpdir(), 'authctl-old-node-'));
afterAll(() => rmSync(directory, { recursive: true }));

function runUnder(version: string) {
  const hook = join(directory, 'hook.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(hook, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  const args = ['--require', hook, launcher, '--version'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.each(['8.17.0', '12.22.12', '18.20.8', '20.18.3'])(
  'Node %s is named as too old',
  (version) => {
    expect(runUnder(version)).toEqual({
      status: 3,
      stdout: '',
      stderr: `authctl: Node ${version} is too old: authctl needs Node 20.19 or later\n`,
    });
  },
);

test.each(['20.19.0', '22.0.0', '100.1.0'])('Node %s is not', (version) => {
  expect(runUnder(version)).toMatchObject({ status: 0, stderr: '' });
});

test('old versions parse the launcher, and ask for nothing before the check', () => {
  const code = readFileSync(launcher, 'utf8').replace(/^#!.*\n/, '');
  expect(code.indexOf('process.versions.node')).toBeLessThan(code.indexOf('require('));
  // What came after 2019.
  expect(code).not.toMatch(/\?\?=?|\?\.(?:[a-z_$[(])|\|\|=|&&=|\bstatic\s*\{|#\w+[;=]/i);
});
