/** Where the standalone executable's library is loaded from. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withUnpacked } from '../../../src/credentials/keychain/unpack.ts';

let root: string;
let temporary: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'authctl-unpack-'));
  temporary = join(root, 'tmp');
  mkdirSync(temporary);
});
afterEach(() => rmSync(root, { recursive: true }));

const uid = process.getuid?.();
const bytes = Buffer.from('library');
const unpack = <T>(load: (file: string) => T, env = {}) =>
  withUnpacked(bytes, load, { env: { TMPDIR: temporary, HOME: root, ...env }, uid });

const onPosix = process.platform === 'win32' ? describe.skip : describe;
onPosix('a library that is unpacked', () => {
  test('is loaded from a directory of its own, and removed', () => {
    const seen = unpack((file) => {
      const directory = dirname(file);
      expect(dirname(directory)).toBe(temporary);
      return {
        file,
        bytes: readFileSync(file),
        modes: [directory, file].map((place) => statSync(place).mode & 0o777),
      };
    });
    expect(seen).toMatchObject({ bytes, modes: [0o700, 0o600] });
    expect(existsSync(seen.file)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('is removed where it does not load, and the next place is tried', () => {
    mkdirSync(join(root, '.cache'));
    const places: string[] = [];
    const load = (file: string) => {
      places.push(dirname(dirname(file)));
      throw new Error('failed to map segment');
    };
    expect(() => unpack(load)).toThrow(
      expect.objectContaining({ code: 'ERR_DLOPEN_FAILED', message: 'failed to map segment' }),
    );
    expect(places).toEqual([temporary, join(root, '.cache')]);
    for (const place of places) expect(readdirSync(place)).toEqual([]);
  });

  test.each([
    ['that others can write to', () => chmodSync(temporary, 0o777)],
    ['in one that others can write to', () => chmodSync(root, 0o707)],
    ['that is not there', () => rmSync(temporary, { recursive: true })],
  ])('is not put into a directory %s', (_, prepare) => {
    prepare();
    expect(() => unpack(() => 'loaded')).toThrow('is open to other users');
  });

  test('is put into a sticky directory', () => {
    chmodSync(temporary, 0o1777);
    expect(unpack(() => 'loaded')).toBe('loaded');
  });
});
