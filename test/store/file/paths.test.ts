/** The names of the store's files, on systems that make more of a name, or less, than Linux. */
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leaderPath, sessionDirectory } from '../../../src/store/file/paths.ts';
import { keyOf, sessionOf } from '../../session/sample.ts';
import { openStore } from '../directory.ts';

/** A name as a file system takes it that ignores case, as on Windows and macOS. */
const folded = (name: string) => name.normalize('NFD').toLowerCase();

const characters = [...'abzABZ019._-'];
const profile = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 8 });

test('two profiles have two directories and two leaders, whether or not case counts', () => {
  fc.assert(
    fc.property(profile, profile, (one, other) => {
      fc.pre(one !== other);
      for (const place of [sessionDirectory, leaderPath]) {
        const [first, second] = [one, other].map((each) => folded(place('/s', 'my-api', each)));
        expect(first).not.toBe(second);
      }
    }),
    {
      examples: [
        ['A', 'a'],
        ['_41', 'A'],
        ['Ab', 'aB'],
        ['.', '_2e'],
      ],
    },
  );
});

test('no name ends with a dot, which Windows cuts off, or has a character with a meaning there', () => {
  fc.assert(
    fc.property(profile, (each) => {
      expect(sessionDirectory('', '', each).split('/').at(-1)).toMatch(/^[a-z0-9_-]+$/);
    }),
  );
});

test('sessions of profiles that differ in case only are in files that do not', async () => {
  const { store, state } = openStore();
  const profiles = ['work', 'Work', 'WORK', 'wORK'];
  for (const name of profiles) await store.save(sessionOf(keyOf({ profile: name })));
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' });
  expect(new Set(files.map(folded)).size).toBe(files.length);
  expect(files.filter((name) => name.endsWith('current'))).toHaveLength(profiles.length);
});
