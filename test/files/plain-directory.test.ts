/** The quick check of a directory: it accepts nothing that the full check refuses. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isPlainDirectory } from '../../src/files/plain-directory.ts';
import { checkDirectory } from '../../src/files/trusted-directory.ts';

const uid = process.getuid?.();
const root = realpathSync(mkdtempSync(join(tmpdir(), 'authctl-plain-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A directory in a directory of its own. */
function place(): { readonly parent: string; readonly path: string } {
  const parent = join(root, `${++count}`);
  const path = join(parent, 'state');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { parent, path };
}

const onPosix = uid === undefined ? describe.skip : describe;
const asRoot = uid === 0 ? test : test.skip;

onPosix('a directory', () => {
  const rows: readonly [string, (at: ReturnType<typeof place>) => void, boolean | undefined][] = [
    ['of the user', () => {}, true],
    ['in a sticky directory', ({ parent }) => chmodSync(parent, 0o1777), true],
    ['that does not exist', ({ path }) => rmSync(path, { recursive: true }), undefined],
    ['whose parent does not exist', ({ parent }) => rmSync(parent, { recursive: true }), undefined],
    ['that others can write to', ({ path }) => chmodSync(path, 0o777), false],
    ['that is sticky itself', ({ path }) => chmodSync(path, 0o1777), false],
    ['in one that others can write to', ({ parent }) => chmodSync(parent, 0o777), false],
    [
      'that does not exist, in one that others can write to',
      ({ parent, path }) => {
        rmSync(path, { recursive: true });
        chmodSync(parent, 0o777);
      },
      false,
    ],
    [
      'that is a link',
      ({ parent, path }) => {
        rmSync(path, { recursive: true });
        symlinkSync(parent, path);
      },
      false,
    ],
  ];
  test.each(rows)('%s', (_, prepare, expected) => {
    const at = place();
    prepare(at);
    expect(isPlainDirectory(at.path, uid)).toBe(expected);
    const { trusted, problem } = checkDirectory(at.path, uid);
    if (expected === true) expect([trusted, problem]).toEqual([true, undefined]);
    if (expected === undefined) expect([trusted, problem]).toEqual([undefined, undefined]);
  });

  asRoot('of another user, or in one of theirs (needs root)', () => {
    for (const which of ['parent', 'path'] as const) {
      const at = place();
      chownSync(at[which], 4711, 4711);
      expect(isPlainDirectory(at.path, uid)).toBe(false);
    }
  });

  test('with a relative path is not accepted', () => {
    expect(isPlainDirectory('test', uid)).toBe(false);
  });
});
