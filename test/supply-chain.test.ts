/** What an installation brings along, and what the lock file lets in. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** A package as the lock file has it. */
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: true;
  readonly optional?: true;
  readonly dev?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

test('the published package depends on nothing but a keychain library of one version', () => {
  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  expect(manifest.optionalDependencies).toEqual({
    keytar: expect.stringMatching(/^npm:@github\/keytar@\d+\.\d+\.\d+$/),
  });
});

test('the published package runs nothing when it is installed', () => {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];
  expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
});

test('no test, no source and no certificate is published', () => {
  expect(manifest.files).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/test|src|\*/)]),
  );
});

test('every locked package comes from the registry, by the hash of its content', () => {
  const strange = locked.filter(([, { resolved, integrity, dev, optional, os, cpu }]) => {
    const fromRegistry = resolved?.startsWith('https://registry.npmjs.org/') ?? true;
    // A binary for another system that this registry did not have: it is never part of a release.
    const elsewhere = dev && optional && (os ?? cpu) !== undefined;
    return !fromRegistry || !(integrity?.startsWith('sha512-') ?? elsewhere);
  });
  expect(strange.map(([path]) => path)).toEqual([]);
});

test('only known packages run a script when they are installed', () => {
  const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripted.map(([path]) => path).sort()).toEqual([
    'node_modules/@parcel/watcher',
    'node_modules/@swc/core',
    'node_modules/keytar',
  ]);
});
