/** What an installation brings along, and what the lock file lets in. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

/** A package as the lock file has it. */
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: true;
  /** Whether it is part of another package, by whose hash it comes. */
  readonly inBundle?: true;
}

/** What `npm pack` says of a package. */
interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
function lockedIn(directory: string) {
  const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
    readFileSync(join(directory, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(lock.packages).filter(([path]) => path !== '');
}
const locked = lockedIn('.');

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

test('the package holds what runs, the schema, its licences and its bill of materials, and less than 3 MB', () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const shell = process.platform === 'win32';
  const packed = JSON.parse(execFileSync(npm, args, { encoding: 'utf8', stdio: 'pipe', shell }));
  // A list up to npm 10, an object from npm 11 on.
  const { unpackedSize, files = [] } = Object.values<Partial<Packed>>(packed)[0] ?? {};
  expect(unpackedSize).toBeLessThan(3_000_000);
  const paths = files.map(({ path }) => path);
  const parts = ['bin/authctl.cjs', 'dist/authctl.cjs', 'dist/help.txt', 'dist/sbom.cdx.json'];
  for (const path of [...parts, 'THIRD_PARTY']) expect(paths).toContain(path);
  const others =
    /^(bin\/authctl\.cjs|(dist|completions|schemas)\/.*|[A-Z_]+(\.md)?|package\.json)$/;
  expect(paths.filter((path) => !others.test(path))).toEqual([]);
});

test('every locked package comes from the registry, by the hash of its content', () => {
  const others = ['standalone', 'test/windows', 'test/real/servers'].flatMap(lockedIn);
  const strange = [...locked, ...others].filter(([, { resolved, integrity, inBundle }]) => {
    if (inBundle) return false;
    const fromRegistry = resolved?.startsWith('https://registry.npmjs.org/') ?? true;
    return !fromRegistry || !integrity?.startsWith('sha512-');
  });
  expect(strange.map(([path]) => path)).toEqual([]);
});

test('Bun is there for who builds the standalone executable alone, in one version', () => {
  expect(locked.map(([path]) => path).filter((path) => /\/(@oven\/)?bun\b/.test(path))).toEqual([]);
  const { devDependencies } = JSON.parse(readFileSync('standalone/package.json', 'utf8'));
  expect(devDependencies).toEqual({ bun: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

test('only known packages run a script when they are installed', () => {
  const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripted.map(([path]) => path).sort()).toEqual([
    'node_modules/@parcel/watcher',
    'node_modules/@swc/core',
    'node_modules/keytar',
  ]);
});

test('the servers that tests log in to run nothing when they are installed', () => {
  const shell = process.platform === 'win32';
  const args = ['config', 'get', 'ignore-scripts', '--prefix', 'test/real/servers'];
  const answer = execFileSync('npm', args, { encoding: 'utf8', stdio: 'pipe', shell });
  expect(answer.trim()).toBe('true');
});

/** A workflow of GitHub, as much of it as is looked at. */
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly needs?: string;
  readonly permissions?: unknown;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const workflow = (file: string): Workflow =>
  parse(readFileSync(join('.github/workflows', file), 'utf8'));

test('a release is published from its workflow alone, with a statement of where it came from', () => {
  expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
  expect(manifest.repository.url).toMatch(/^git\+https:\/\/github\.com\//);
  const { build, publish, ...others } = workflow('release.yml').jobs;
  expect(others).toEqual({});
  expect(build?.permissions).toBeUndefined();
  expect(publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
});

test('what may publish runs nothing but that, with a tarball that was audited and tested elsewhere', () => {
  const { build, publish } = workflow('release.yml').jobs;
  const runs = (job?: Job) => job?.steps.flatMap(({ run }) => run ?? []) ?? [];
  expect(runs(build).slice(-3)).toEqual([
    'npm ci --ignore-scripts && npm run audit',
    '.ci/run',
    'npm pack',
  ]);
  expect(publish?.needs).toBe('build');
  expect(runs(publish)).toEqual([
    'npm publish --ignore-scripts --provenance --access public ./authctl-*.tgz',
  ]);
  const used = publish?.steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []);
  expect(used).toEqual(['actions/download-artifact', 'actions/setup-node']);
});

test.each(readdirSync('.github/workflows'))(
  '%s may only read, and takes actions by the hash of their content',
  (file) => {
    const { permissions, jobs } = workflow(file);
    expect(permissions).toEqual({ contents: 'read' });
    for (const { steps } of Object.values(jobs)) {
      const used = steps.flatMap(({ uses }) => uses ?? []);
      expect(used.length).toBeGreaterThan(0);
      for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
      expect(JSON.stringify(steps)).not.toContain('secrets.');
    }
  },
);
