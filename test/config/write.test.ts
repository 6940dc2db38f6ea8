import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import type { Clock } from '../../src/clock.ts';
import {
  addKeychainAccounts,
  type Draft,
  dropKeychainAccounts,
  dropSetting,
  putSetting,
} from '../../src/config/edit.ts';
import { updateConfig } from '../../src/config/write.ts';
import { lockAttempts } from '../../src/files/lock.ts';
import { fakeClock } from '../clock.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-write-'));
const project = join(import.meta.dirname, '../..');
const bundle = join(root, 'bundle');
const home = join(root, 'home', 'authctl');
const path = join(home, 'config.json');

beforeAll(() => {
  // In a separate process: rolldown does not recognise regular expressions made in jest's realm.
  execFileSync(process.execPath, [
    join(project, 'node_modules/rolldown/bin/cli.mjs'),
    join(project, 'test/config/writer.ts'),
    `--dir=${bundle}`,
    '--format=esm',
    '--platform=node',
  ]);
  writeFileSync(join(bundle, 'package.json'), '{"type": "module"}');
});
beforeEach(() => {
  rmSync(join(root, 'home'), { recursive: true, force: true });
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const change = <T>(make: (draft: Draft) => T, clock: Clock = systemClock) =>
  updateConfig(path, { clock, uid: process.getuid?.() }, make);
const cid = { provider: 'ropo', name: 'cid' };
const read = (file = path): unknown => JSON.parse(readFileSync(file, 'utf8'));

function put(text: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(path, text);
}

function writer(field: string, mode: 'once' | 'loop' | 'die'): ChildProcess {
  // Without the certificate variables, which make a start several times slower.
  const { PATH, SystemRoot } = process.env;
  const env = { PATH, SystemRoot };
  const args = [join(bundle, 'writer.js'), path, field, mode];
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a change', () => {
  test('creates the file and its directory with permissions for the user only', async () => {
    await change((draft) => putSetting(draft, cid, '1'));
    expect(readFileSync(path, 'utf8')).toBe('{\n  "ropo": {\n    "cid": "1"\n  }\n}\n');
    expect(readdirSync(home)).toEqual(['config.json']);
    if (process.platform === 'win32') return;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  test('keeps all other settings, even unknown ones', async () => {
    put('\uFEFF{"$schema": "x", "ropo": {"new": [1, {"a": null}]}, "__proto__": {"a": 1}}');
    await change((draft) => putSetting(draft, cid, '1'));
    expect(readFileSync(path, 'utf8').replace(/\s/g, '')).toBe(
      '{"$schema":"x","ropo":{"new":[1,{"a":null}],"cid":"1"},"__proto__":{"a":1}}',
    );
  });

  test('removes the permissions of other users', async () => {
    put('{}');
    chmodSync(path, 0o644);
    await change((draft) => putSetting(draft, cid, '1'));
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each(['a.b', '__proto__', 'constructor', '-', 'profiles'])(
    'can be made and undone in a profile called %s',
    async (profile) => {
      const key = { ...cid, profile };
      await change((draft) => putSetting(draft, key, '1'));
      expect(readFileSync(path, 'utf8').replace(/\s/g, '')).toBe(
        `{"profiles":{"${profile}":{"ropo":{"cid":"1"}}}}`,
      );
      await expect(change((draft) => dropSetting(draft, key))).resolves.toBe(true);
      await expect(change((draft) => dropSetting(draft, key))).resolves.toBe(false);
      expect(read()).toEqual({});
    },
  );

  test('that throws writes nothing and releases the lock', async () => {
    put('{"ropo": {"cid": "old"}}');
    const failing = change((draft) => {
      putSetting(draft, cid, 'new');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('{"ropo": {"cid": "old"}}');
    expect(readdirSync(home)).toEqual(['config.json']);
  });

  test.each([
    ['is not JSON', '{"ropo": canary}', 'is not valid JSON (line 1, column 10)'],
    ['is not UTF-8', Buffer.from([0x7b, 0xe9, 0x7d]), 'is not UTF-8 text'],
    [
      'has a string in the place of a provider',
      '{"ropo": "canary"}',
      'is wrong at ropo: expected an object',
    ],
  ])('of a file that %s is refused, and the file is kept', async (_what, content, words) => {
    mkdirSync(home, { recursive: true });
    writeFileSync(path, content);
    await expect(change((draft) => putSetting(draft, cid, '1'))).rejects.toMatchObject({
      exitCode: 9,
      message: expect.stringContaining(words),
    });
    expect(readFileSync(path)).toEqual(Buffer.from(content));
  });

  test('fails if the directory cannot be created', async () => {
    mkdirSync(join(root, 'home'));
    writeFileSync(home, 'a file in the place of the directory');
    await expect(change(() => {})).rejects.toMatchObject({ exitCode: 9 });
  });

  test('of the keychain accounts adds no duplicates', async () => {
    await change((draft) => addKeychainAccounts(draft, ['b', 'a']));
    await change((draft) => addKeychainAccounts(draft, ['b', 'c']));
    expect(read()).toEqual({ keychain_accounts: ['a', 'b', 'c'] });
    await change((draft) => dropKeychainAccounts(draft, ['a', 'c', 'd']));
    expect(read()).toEqual({ keychain_accounts: ['b'] });
    await change((draft) => dropKeychainAccounts(draft, ['b']));
    expect(read()).toEqual({});
  });
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;
onPosix('a symbolic link', () => {
  const dotfiles = join(root, 'home', 'dotfiles');
  const target = join(dotfiles, 'settings');

  test.each([
    ['to a file', '../dotfiles/settings', '{"ropo": {"x": "1"}}'],
    ['to a missing file', target, undefined],
  ])('%s stays a link', async (_what, link, content) => {
    mkdirSync(home, { recursive: true });
    mkdirSync(dotfiles);
    if (content !== undefined) writeFileSync(target, content);
    symlinkSync(link, path);
    await change((draft) => putSetting(draft, cid, '1'));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(read(target)).toMatchObject({ ropo: { cid: '1' } });
  });

  test('in a linked directory is relative to the real directory', async () => {
    mkdirSync(join(dotfiles, 'authctl'), { recursive: true });
    symlinkSync('dotfiles/authctl', home);
    symlinkSync('../settings', path);
    await change((draft) => putSetting(draft, cid, '1'));
    expect(read(target)).toEqual({ ropo: { cid: '1' } });
  });

  test.each<[string, () => void]>([
    ['to itself', () => symlinkSync('config.json', path)],
    [
      'at the end of a long chain',
      () => {
        for (let link = 0; link < 50; link++) symlinkSync(`${link + 1}`, join(home, `${link}`));
        symlinkSync('0', path);
      },
    ],
  ])('%s is refused', async (_what, prepare) => {
    mkdirSync(home, { recursive: true });
    prepare();
    await expect(change(() => {})).rejects.toMatchObject({
      exitCode: 9,
      message: `the config file ${path} is behind too many symbolic links`,
    });
  });
});

describe('many processes', () => {
  test('can write at the same time without losing a change', async () => {
    const fields = Array.from({ length: 12 }, (_, index) => `field_${index}`);
    const codes = fields.map(async (field) => once(writer(field, 'once'), 'close'));
    expect(await Promise.all(codes)).toEqual(fields.map(() => [0, null]));
    expect(read()).toEqual({ ropo: Object.fromEntries(fields.map((field) => [field, '1'])) });
    expect(readdirSync(home)).toEqual(['config.json']);
  });

  test('replace the lock of a process that was killed', async () => {
    put('{"ropo": {"cid": "old"}}');
    await once(writer('cid', 'die'), 'close');
    expect(readdirSync(home).sort()).toEqual(['config.json', 'config.json.lock']);
    expect(read()).toEqual({ ropo: { cid: 'old' } });
    const clock = fakeClock();
    const changes = ['a', 'b', 'c'].map((name) =>
      change((draft) => putSetting(draft, { provider: 'ropo', name }, '1'), clock),
    );
    await clock.until(Promise.all(changes));
    expect(clock.monotonic()).toBeLessThan(5000);
    expect(read()).toEqual({ ropo: { cid: 'old', a: '1', b: '1', c: '1' } });
    expect(readdirSync(home)).toEqual(['config.json']);
  });

  test('leave a complete file when they are killed', async () => {
    put(JSON.stringify({ filler: 'x'.repeat(200_000), ropo: { cid: '0' } }));
    for (const delay of [0, 3, 7]) {
      const child = writer('cid', 'loop');
      if (child.stdout) await once(child.stdout, 'data');
      await new Promise((done) => setTimeout(done, delay));
      child.kill('SIGKILL');
      await once(child, 'close');
      // The next process would wait until it is stale.
      rmSync(`${path}.lock`, { force: true });
      expect(read()).toMatchObject({ filler: expect.stringMatching(/^x{200000}$/) });
    }
  });
});

describe('a change fails', () => {
  const lockPath = `${path}.lock`;

  test('if another process keeps the lock', async () => {
    put('{}');
    const clock = fakeClock();
    const lock = lockAttempts(lockPath, clock).take();
    const changing = change((draft) => putSetting(draft, cid, '1'), clock);
    await expect(clock.until(changing)).rejects.toMatchObject({
      code: 'config_broken',
      message: `the config file ${path} is locked by another process`,
      details: { hint: `if no other authctl is running: rm ${lockPath}` },
    });
    expect(clock.monotonic()).toBeGreaterThan(30_000);
    lock?.release();
    expect(read()).toEqual({});
  });

  test('at once if the lock file cannot be one', async () => {
    put('{}');
    mkdirSync(lockPath);
    await expect(change(() => {})).rejects.toMatchObject({
      code: 'config_broken',
      message: `the config file ${path} cannot be changed: ${lockPath} cannot be used as a lock file`,
      details: { hint: `remove ${lockPath}` },
    });
  });

  test('with the system’s error code if the file cannot be created', async () => {
    mkdirSync(home, { recursive: true });
    const long = join(home, 'x'.repeat(255));
    await expect(
      updateConfig(long, { clock: systemClock, uid: process.getuid?.() }, () => {}),
    ).rejects.toMatchObject({
      code: 'config_broken',
      message: `the config file ${long} cannot be written: ENAMETOOLONG`,
    });
  });
});
