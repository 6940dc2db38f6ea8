/** The quick parser reads a command line exactly as commander does, or leaves it to commander. */
import { describe, expect, test } from '@jest/globals';
import { CommanderError } from 'commander';
import fc from 'fast-check';
import { globalOptions } from '../../src/cli/options.ts';
import { readPlain } from '../../src/cli/plain.ts';
import { createProgram } from '../../src/cli/tree.ts';
import type { RawOptions } from '../../src/cli/values.ts';
import { type ProviderVerb, providerVerbs } from '../../src/cli/verbs.ts';
import { AuthctlError } from '../../src/errors.ts';
import { providers } from '../../src/providers/index.ts';

/** A call of a command. */
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

/** Thrown instead of starting the run. */
class Opened extends Error {}

/** The call that commander makes of a command line, or why it makes none. */
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
    return 'not run';
  } catch (error) {
    if (error instanceof Opened) return named ? { ...named, raw } : 'not a provider subcommand';
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
    'exec ropo --var MY_TOKEN --no-store -- printf -- %s',
  ])('%s', async (line) => {
    const argv = line.split(' ');
    const call = plainly(argv);
    expect(call).toBeDefined();
    expect(await byCommander(argv)).toEqual(call);
  });

  test('keeps arguments with spaces and line breaks whole', async () => {
    const argv = ['login', 'ropo', '--cid', 'a b\n', '--apicode', ''];
    expect(plainly(argv)?.raw).toEqual({ cid: 'a b\n', apicode: '' });
    expect(await byCommander(argv)).toEqual(plainly(argv));
  });
});

describe('the quick parser leaves to commander', () => {
  test.each([
    ['an empty line', ''],
    ['help', 'login ropo --help'],
    ['the version', 'login ropo -V'],
    ['an unknown command', 'log-in ropo'],
    ['a name that every object has', 'constructor ropo'],
    ['an unknown provider', 'login unknown'],
    ['an option before the command', '-v login ropo'],
    ['an option between the two', 'login -v ropo'],
    ['an unknown option', 'login ropo --nothing'],
    ['a value attached to a short option', 'login ropo -pprod'],
    ['a missing value', 'login ropo --cid'],
    ['a value that begins with a dash', 'login ropo --cid -1'],
    ['a switch with a value', 'login ropo --dry-run=1'],
    ['a credential that was given twice', 'login ropo --cid 1 --cid 2'],
    ['a value that is not among the choices', 'login ropo --error-format xml'],
    ['an excess argument', 'login ropo x'],
    ['a separator', 'login ropo --'],
    ['a command to run without a separator', 'exec ropo true'],
    ['a missing command to run', 'exec ropo --'],
    ['several providers', 'exec ropo,netnut -- true'],
  ])('%s', (_, line) => {
    expect(plainly(line.split(' '))).toBeUndefined();
  });
});

test('whatever the quick parser accepts, commander reads in the same way', async () => {
  const provider = fc.constantFrom(...providers);
  const words = fc
    .tuple(fc.constantFrom(...Object.keys(verbs)), provider)
    .chain(([verb, declaration]) => {
      const options = [...globalOptions, ...(verbs[verb]?.options?.(declaration) ?? [])];
      const flags = options.flatMap(({ flags }) => flags.replace(/ <.*/, '').split(', '));
      const value = fc.constantFrom('a', '', '-x', '--', 'json', 'text', 'x=y', '--all');
      const flag = fc.constantFrom(...flags, '--nothing', '-z');
      const word = fc.oneof(
        { weight: 3, arbitrary: flag },
        value,
        fc.tuple(flag, value).map(([name, text]) => `${name}=${text}`),
      );
      // Mostly valid options, or hardly any line would be plain.
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
  // Enough lines of both kinds.
  expect(Math.min(plain, left)).toBeGreaterThan(150);
});
