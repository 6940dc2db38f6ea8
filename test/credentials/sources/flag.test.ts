import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { type Flags, readGiven } from '../../../src/credentials/sources/flag.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-given-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The values that flags give, with a text on stdin. */
async function read(flags: Readonly<Record<string, Flags>>, stdin?: string | Uint8Array) {
  let reads = 0;
  const source = {
    read: async () => {
      reads++;
      if (stdin === undefined) throw new Error('stdin must not be read');
      return Buffer.from(stdin);
    },
  };
  const limit = { clock: systemClock, timeout: 1000 };
  const given = await readGiven(new Map(Object.entries(flags)), source, limit);
  return { given, reads };
}

function file(content: string | Uint8Array): string {
  const path = join(directory, 'secret');
  writeFileSync(path, content);
  return path;
}

describe('a field', () => {
  test('comes unchanged from a flag, and is marked as exposed', async () => {
    const { given } = await read({ api_key: { value: ' a\n' } });
    expect(given.get('api_key')).toEqual({ value: ' a\n', origin: '--api-key', exposed: true });
  });

  test('comes from stdin', async () => {
    const { given, reads } = await read(
      { password: { value: 'p' }, api_key: { stdin: true } },
      'a',
    );
    expect(given.get('api_key')).toEqual({ value: 'a', origin: '--api-key-stdin', exposed: false });
    expect(given.get('password')?.value).toBe('p');
    expect(reads).toBe(1);
  });

  test('comes from a file', async () => {
    const { given } = await read({ api_key: { file: file('a') } });
    expect(given.get('api_key')).toEqual({ value: 'a', origin: '--api-key-file', exposed: false });
  });

  test('without a flag is missing', async () => {
    expect((await read({ password: {}, api_key: { stdin: false } })).given.size).toBe(0);
  });

  test.each([
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    ['a\r\n\r\n', 'a\r\n'],
    ['a\r', 'a\r'],
    ['a\n\r', 'a\n\r'],
    ['\na', '\na'],
    [' a \t', ' a \t'],
    [' ', ' '],
    ['a\nb', 'a\nb'],
    ['\ufeffa', 'a'],
    ['\ufeff\ufeffa', '\ufeffa'],
    ['é😀\u2028', 'é😀\u2028'],
    ['a\0', 'a\0'],
  ])('loses one trailing newline and nothing else: %j is %j', async (text, expected) => {
    expect((await read({ a: { stdin: true } }, text)).given.get('a')?.value).toBe(expected);
    expect((await read({ a: { file: file(text) } })).given.get('a')?.value).toBe(expected);
  });
});

describe('wrong usage is', () => {
  const all = { value: 'secret-1', stdin: true, file: 'secret-2' };

  test.each<[string, Record<string, Flags>, string | Uint8Array, string]>([
    [
      'two flags',
      { api_key: { value: 'secret', file: 'f' } },
      '',
      'api_key was given twice, by --api-key and --api-key-file',
    ],
    [
      'a value and stdin',
      { api_key: { value: 'secret', stdin: true } },
      '',
      'api_key was given twice, by --api-key and --api-key-stdin',
    ],
    [
      'all three',
      { api_key: all },
      '',
      'api_key was given twice, by --api-key and --api-key-stdin',
    ],
    [
      'an empty value given twice',
      { api_key: { value: '', file: '' } },
      '',
      'api_key was given twice',
    ],
    [
      'stdin for two fields',
      { password: { stdin: true }, api_key: { stdin: true } },
      'secret',
      'stdin can give one value only, not --password-stdin and --api-key-stdin',
    ],
    ['an empty value', { api_key: { value: '' } }, '', 'api_key from --api-key is empty'],
    ['an empty stdin', { api_key: { stdin: true } }, '', 'api_key from --api-key-stdin is empty'],
    [
      'a stdin with only a newline',
      { api_key: { stdin: true } },
      '\r\n',
      'api_key from --api-key-stdin is empty',
    ],
    [
      'a stdin that is not UTF-8',
      { api_key: { stdin: true } },
      new Uint8Array([0xff, 0x61]),
      'api_key from --api-key-stdin is not UTF-8 text',
    ],
    ['half a character', { api_key: { stdin: true } }, new Uint8Array([0x61, 0xc3]), 'not UTF-8'],
    [
      'a file with an empty name',
      { api_key: { file: '' } },
      '',
      'cannot read the file of --api-key-file, "": there is no such file',
    ],
    [
      'a missing file',
      { api_key: { file: join(directory, 'gone') } },
      '',
      `cannot read the file of --api-key-file, "${join(directory, 'gone')}": there is no such file`,
    ],
    [
      'a directory',
      { api_key: { file: directory } },
      '',
      `cannot read the file of --api-key-file, "${directory}": it is a directory`,
    ],
  ])('%s', async (_what, flags, stdin, message) => {
    const error: unknown = await read(flags, stdin).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('secret');
  });

  test.each(['', '\n'])('a file with only %j', async (text) => {
    await expect(read({ a: { file: file(text) } })).rejects.toThrow('a from --a-file is empty');
  });
});
