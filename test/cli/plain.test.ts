/** That a command line read plainly says what commander reads in it. */
import { describe, expect, test } from '@jest/globals';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { everywhere } from '../../src/cli/options.ts';
import { readPlain } from '../../src/cli/plain.ts';
import { createProgram } from '../../src/cli/tree.ts';
import type { RawOptions } from '../../src/cli/values.ts';
import { type ProviderVerb, providerVerbs } from '../../src/cli/verbs.ts';
import { AuthctlError } from '../../src/errors.ts';
import { providers } from '../../src/providers/index.ts';

/** What a command is called with. */
interface Call {
  readonly verb: string;
  readonly provider: string;
  readonly raw: RawOptions;
  readonly args: readonly string[];
}

const verbs: Readonly<Record<string, ProviderVerb>> = providerVerbs;

function plainly(argv: readonly string[]): Call | undefined {
  const line = readPlain(argv, verbs, providers);
  if (!line) return undefined;
  const [verb = ''] = Object.entries(verbs).find(([, each]) => each === line.verb) ?? [];
  return { verb, provider: line.provider.name, raw: line.raw, args: line.args };
}

/** Ends a command where its run would begin. */
class Opened extends Error {}

/** By commander; a string is why it did not come to a call. */
async function byCommander(argv: readonly string[]): Promise<Call | string> {
  let raw: RawOptions = {};
  let named: Omit<Call, 'raw'> | undefined;
  const program = createProgram(
    {
      providers,
      version: '1.2.3',
      print: () => {},
      open: (given) => {
        raw = given;
        throw new Opened();
      },
    },
    { argv },
  ).hook('preAction', (_program, command) => {
    const verb = command.parent?.name() ?? '';
    if (!Object.hasOwn(verbs, verb)) return;
    named = { verb, provider: command.name(), args: command.processedArgs.flat() };
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 'no run';
  } catch (error) {
    if (error instanceof Opened) return named ? { ...named, raw } : 'no subcommand of a provider';
    if (error instanceof CommanderError || error instanceof AuthctlError) return error.message;
    throw error;
  }
}

const fitting = ['login ropo', 'token netnut -v -q --no-input', 'verify datarhei --dry-run'];

describe('a plain line', () => {
  test.each([
    ...fitting,
    'login ropo --cid 1 --apicode x',
    'login ropo --cid=1 --apicode= -p prod',
    'login ropo --cid=a=b',
    'token verbit --api-key-file key -o json --min-ttl 10m',
    'token verbit -o json -o env',
    'token datarhei --no-store --no-keychain --no-color --error-format json',
    'refresh datarhei --refresh-token-stdin',
    'exec ropo -- sh -c true',
    'exec ropo --var T --no-store -- printf -- %s',
  ])('%s', async (line) => {
    const argv = line.split(' ');
    const call = plainly(argv);
    expect(call).toBeDefined();
    expect(await byCommander(argv)).toEqual(call);
  });

  test('carries words that a shell would have split', async () => {
    const argv = ['login', 'ropo', '--cid', 'a b\n', '--apicode', ''];
    expect(plainly(argv)?.raw).toEqual({ cid: 'a b\n', apicode: '' });
    expect(await byCommander(argv)).toEqual(plainly(argv));
  });
});

describe('left to commander is', () => {
  test.each([
    ['nothing', ''],
    ['help', 'login ropo --help'],
    ['the version', 'login ropo -V'],
    ['a command that there is not', 'log-in ropo'],
    ['a name that every object has', 'constructor ropo'],
    ['a provider that there is not', 'login nobody'],
    ['an option before the command', '-v login ropo'],
    ['an option between the two', 'login -v ropo'],
    ['an option that there is not', 'login ropo --nothing'],
    ['an abbreviated value', 'login ropo -pprod'],
    ['a value that is missing', 'login ropo --cid'],
    ['a value that begins like a flag', 'login ropo --cid -1'],
    ['a switch with a value', 'login ropo --dry-run=1'],
    ['a credential that is given twice', 'login ropo --cid 1 --cid 2'],
    ['a value that is none of the few', 'login ropo --error-format xml'],
    ['an argument too many', 'login ropo x'],
    ['a separator', 'login ropo --'],
    ['a command to run without a separator', 'exec ropo true'],
    ['no command to run', 'exec ropo --'],
    ['several providers', 'exec ropo,netnut -- true'],
  ])('%s', (_, line) => {
    expect(plainly(line.split(' '))).toBeUndefined();
  });
});

test('no line is read otherwise than by commander', async () => {
  const provider = fc.constantFrom(...providers);
  const words = fc
    .tuple(fc.constantFrom(...Object.keys(verbs)), provider)
    .chain(([verb, declaration]) => {
      const options = [...everywhere, ...(verbs[verb]?.options?.(declaration) ?? [])];
      const flags = options.flatMap(({ flags }) => flags.replace(/ <.*/, '').split(', '));
      const value = fc.constantFrom('a', '', '-x', '--', 'json', 'text', 'x=y', '--all');
      const flag = fc.constantFrom(...flags, '--nothing', '-z');
      const word = fc.oneof(
        { weight: 3, arbitrary: flag },
        value,
        fc.tuple(flag, value).map(([name, text]) => `${name}=${text}`),
      );
      // Mostly as they should be, or next to none would be plain.
      const option = fc.constantFrom(...options).chain(({ flags, choices }) => {
        const [spelled = '', needed] = flags.split(' <');
        const text = choices ? fc.constantFrom(...choices) : fc.constantFrom('a', '', 'x=y', '1');
        const name = fc.constantFrom(...spelled.split(', '));
        return needed === undefined
          ? fc.tuple(name)
          : fc.tuple(name, text).map((each) => [...each]);
      });
      return fc.tuple(
        fc.constant([verb, declaration.name]),
        fc.array(fc.oneof({ weight: 4, arbitrary: option }, fc.tuple(word)), { maxLength: 5 }),
        fc.constantFrom([], [], ['--', 'true'], ['--', '-x', '--']),
      );
    })
    .map((parts) => parts.flat(2));
  let plain = 0;
  let left = 0;
  await fc.assert(
    fc.asyncProperty(words, async (argv) => {
      const call = plainly(argv);
      if (call) plain += 1;
      else left += 1;
      if (call) expect(await byCommander(argv)).toEqual(call);
    }),
    { numRuns: 1500 },
  );
  // Of both kinds there were enough to mean something.
  expect(Math.min(plain, left)).toBeGreaterThan(150);
});
