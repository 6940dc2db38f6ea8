/** That the source tree keeps its own rules, and that each rule can be broken. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../src/cli/tree.ts';
import { providers } from '../src/providers/index.ts';
import { importsOf, type Sources } from './architecture/imports.ts';
import {
  barrels,
  cycles,
  directions,
  foreignPackages,
  leftovers,
  notCommands,
  openings,
  packages,
  processStarts,
  processUse,
  rawOptions,
  rooms,
  vendorNames,
} from './architecture/rules.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const sources: Sources = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.replaceAll(sep, '/')}`)
    .sort()
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);

/** Words of titles that are nobody's name. */
const generic = ['one', 'customers', 'api', 'transcribe', '3', 'core'];
const words = [
  ...new Set(
    providers
      .flatMap(({ name, title }) => [name, ...title.toLowerCase().split(/\s+/)])
      .filter((word) => !generic.includes(word)),
  ),
];

/** The words that lead to each command, hidden ones too; the name of one that only scripts call is bare. */
const commands = commandsOf(
  createProgram({
    providers: [],
    version: '',
    open: () => {
      throw new Error('no command is run');
    },
    print: () => {},
  }),
);

function commandsOf(command: Command): readonly string[] {
  return command.commands.flatMap((each) => {
    const name = each.name().replace(/^__/, '');
    return [name, ...commandsOf(each).map((below) => `${name} ${below}`)];
  });
}

describe('in src', () => {
  test('no vendor is named outside of src/providers', () => {
    expect(words).toEqual(expect.arrayContaining(providers.map(({ name }) => name)));
    expect(vendorNames(sources, words)).toEqual([]);
  });
  test('rooms import only rooms below them', () => expect(directions(sources)).toEqual([]));
  test('no files import one another in a circle', () => expect(cycles(sources)).toEqual([]));
  test('each package is imported in its room only', () =>
    expect(foreignPackages(sources)).toEqual([]));
  test('only the edges know the process', () => expect(processUse(sources)).toEqual([]));
  test('only src/child starts processes', () => expect(processStarts(sources)).toEqual([]));
  test('options are plain values below src/cli', () => expect(rawOptions(sources)).toEqual([]));
  test('each file in src/commands is a command', () =>
    expect(notCommands(sources, commands)).toEqual([]));
  test('nothing is left to do', () => expect(leftovers(sources)).toEqual([]));
  test('no file only passes on what others export', () => expect(barrels(sources)).toEqual([]));
  test('each file begins by saying what it owns', () => expect(openings(sources)).toEqual([]));
});

describe('the tables', () => {
  test('have no room that is gone', () => {
    const present = [...sources.keys()].map((path) => path.split('/')[1]?.replace(/\..*$/, ''));
    expect(present).toEqual(expect.arrayContaining(Object.keys(rooms)));
  });

  test('go one way: no room is above itself', () => {
    const below = (room: string, seen: readonly string[]): readonly string[] =>
      seen.includes(room)
        ? [room]
        : (rooms[room] ?? []).flatMap((next) => below(next, [...seen, room]));
    expect(Object.keys(rooms).flatMap((room) => below(room, []))).toEqual([]);
  });

  test('have every package that is really imported', () => {
    const imported = importsOf(sources).map(({ specifier }) => specifier.split('/')[0]);
    const unused = Object.keys(packages).filter((name) => !imported.includes(name));
    expect(unused).toEqual([]);
  });
});

type Rule = (sources: Sources) => string[];
const vendor: Rule = (planted) => vendorNames(planted, words);
const commandFiles: Rule = (planted) => notCommands(planted, commands);

/** A rule, a file and its text, other files that are there, and what the rule must say. */
const planted: readonly [string, Rule, string, string, string[], string[]][] = [
  [
    'a vendor in a comment',
    vendor,
    'src/a.ts',
    '/** As NetNut does. */',
    [],
    ['src/a.ts:1: names the vendor netnut'],
  ],
  [
    'a vendor in an identifier',
    vendor,
    'src/a.ts',
    '\nconst isVerbit = 1;',
    [],
    ['src/a.ts:2: names the vendor verbit'],
  ],
  [
    'a vendor in a variable',
    vendor,
    'src/a.ts',
    "env['ROPO_CID']",
    [],
    ['src/a.ts:1: names the vendor ropo'],
  ],
  [
    'a vendor in capitals',
    vendor,
    'src/a.ts',
    'DATARHEI',
    [],
    ['src/a.ts:1: names the vendor datarhei'],
  ],
  [
    'a vendor by its title',
    vendor,
    'src/a.ts',
    '// Pegase',
    [],
    ['src/a.ts:1: names the vendor pégase'],
  ],
  ['a vendor at home', vendor, 'src/providers/ropo.ts', "name: 'ropo'", [], []],
  ['a word that only holds a name', vendor, 'src/a.ts', 'in proportion, proposed', [], []],

  [
    'a call back up',
    directions,
    'src/http/a.ts',
    "import { b } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'a call back up, over several lines',
    directions,
    'src/http/a.ts',
    "/** */\nimport {\n  type A,\n  b,\n} from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:2: http may not import session'],
  ],
  [
    'a call back up with the first use',
    directions,
    'src/http/a.ts',
    "\nawait import('../session/b.ts');",
    ['src/session/b.ts'],
    ['src/http/a.ts:2: http may not import session'],
  ],
  [
    'an export from above',
    directions,
    'src/http/a.ts',
    "export { b } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'an import for its effect',
    directions,
    'src/errors.ts',
    "import './http/b.ts';",
    ['src/http/b.ts'],
    ['src/errors.ts:1: errors may not import http'],
  ],
  [
    'a type from above',
    directions,
    'src/http/a.ts',
    "import type { B } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'a session that knows a store',
    directions,
    'src/session/a.ts',
    "import type { B } from '../store/b.ts';",
    ['src/store/b.ts'],
    ['src/session/a.ts:1: session may not import store'],
  ],
  [
    'a client that knows the command line',
    directions,
    'src/client/a.ts',
    "type A = import('../cli/b.ts').A;",
    ['src/cli/b.ts'],
    ['src/client/a.ts:1: client may not import cli'],
  ],
  [
    'a room beside another one',
    directions,
    'src/output/a.ts',
    "import type { B } from '../client/b.ts';",
    ['src/client/b.ts'],
    ['src/output/a.ts:1: output may not import client'],
  ],
  [
    'a room that nobody knows',
    directions,
    'src/helpers/a.ts',
    '',
    [],
    ['src/helpers: is a room that the table does not have'],
  ],
  [
    'a file that is gone',
    directions,
    'src/cli/main.ts',
    "import { a } from '../errors.js';",
    [],
    ['src/cli/main.ts:1: imports src/errors.js, which is not there'],
  ],
  [
    'an import from the tests',
    directions,
    'src/cli/main.ts',
    "import { a } from '../../test/a.ts';",
    [],
    ['src/cli/main.ts:1: imports test/a.ts, outside of src'],
  ],
  [
    'a call down',
    directions,
    'src/client/a.ts',
    "import { b } from '../http/b.ts';",
    ['src/http/b.ts'],
    [],
  ],
  [
    'an import that is commented out',
    directions,
    'src/http/a.ts',
    "// import { b } from '../session/b.ts';\n/*\nimport '../session/b.ts';\n*/",
    ['src/session/b.ts'],
    [],
  ],

  [
    'a circle of one',
    cycles,
    'src/http/a.ts',
    "import './a.ts';",
    [],
    ['src/http/a.ts:1: a circle: src/http/a.ts → src/http/a.ts'],
  ],

  [
    'a package away from home',
    foreignPackages,
    'src/completion/words.ts',
    "import type { Command } from 'commander';",
    [],
    ['src/completion/words.ts:1: imports commander, which belongs to src/cli/'],
  ],
  [
    'a part of a package away from home',
    foreignPackages,
    'src/session/a.ts',
    "import Client from 'undici/lib/dispatcher/client.js';",
    [],
    ['src/session/a.ts:1: imports undici, which belongs to src/http/'],
  ],
  [
    'a package loaded with the first use',
    foreignPackages,
    'src/config/read.ts',
    "const { default: Conf } = await import('conf');",
    [],
    ['src/config/read.ts:1: imports conf, which belongs to src/config/write.ts'],
  ],
  [
    'a package that is required',
    foreignPackages,
    'src/credentials/a.ts',
    "require('keytar')",
    [],
    [
      'src/credentials/a.ts:1: imports keytar, which belongs to src/credentials/keychain/library.ts',
    ],
  ],
  [
    'the types of a package away from home',
    foreignPackages,
    'src/http/a.ts',
    "import type { Static } from 'typebox';",
    [],
    ['src/http/a.ts:1: imports typebox, which belongs to src/declaration/schema.ts'],
  ],
  [
    'more than types where only types may be',
    foreignPackages,
    'src/declaration/declaration.ts',
    "import Type from 'typebox';",
    [],
    [
      'src/declaration/declaration.ts:1: imports typebox, which belongs to src/declaration/schema.ts',
    ],
  ],
  [
    'types where types may be',
    foreignPackages,
    'src/declaration/declaration.ts',
    "import type { Static } from 'typebox';",
    [],
    [],
  ],
  [
    'a package that nobody knows',
    foreignPackages,
    'src/cli/main.ts',
    "import x from '@scope/pad/left';",
    [],
    ['src/cli/main.ts:1: imports @scope/pad, a package that the table does not have'],
  ],
  [
    'a builtin without its prefix',
    foreignPackages,
    'src/cli/main.ts',
    "import fs from 'fs';",
    [],
    ['src/cli/main.ts:1: imports fs, a package that the table does not have'],
  ],
  ['a builtin', foreignPackages, 'src/cli/main.ts', "import fs from 'node:fs';", [], []],

  [
    'process.env',
    processUse,
    'src/cli/main.ts',
    '\nconst { env } = process;',
    [],
    ['src/cli/main.ts:2: uses process; the context hands the world in'],
  ],
  [
    'process in a template',
    processUse,
    'src/cli/main.ts',
    '`${' + 'process.pid}`',
    [],
    ['src/cli/main.ts:1: uses process; the context hands the world in'],
  ],
  [
    'the process by another way',
    processUse,
    'src/cli/main.ts',
    "globalThis.process?.exit(); import p from 'node:process';",
    [],
    [
      'src/cli/main.ts:1: uses process; the context hands the world in',
      'src/cli/main.ts:1: uses process; the context hands the world in',
    ],
  ],
  [
    'the process as an argument',
    processUse,
    'src/cli/main.ts',
    'run(process)',
    [],
    ['src/cli/main.ts:1: uses process; the context hands the world in'],
  ],
  [
    'the word process',
    processUse,
    'src/cli/main.ts',
    "// the process.\nimport 'node:child_process'; fail('the process ended');",
    [],
    [],
  ],
  ['process at the edge', processUse, 'src/cli/context.ts', 'process.exit()', [], []],

  [
    'a process that is started elsewhere',
    processStarts,
    'src/config/a.ts',
    "/** */\nimport { type ChildProcess, spawn } from 'node:child_process';",
    [],
    ['src/config/a.ts:2: starts processes, which belongs to src/child/'],
  ],
  [
    'a process that is started with the first use',
    processStarts,
    'src/commands/a.ts',
    "const { execFile } = await import('child_process');",
    [],
    ['src/commands/a.ts:1: starts processes, which belongs to src/child/'],
  ],
  [
    'a process that is started at home',
    processStarts,
    'src/child/run.ts',
    "import { spawn } from 'node:child_process';",
    [],
    [],
  ],

  [
    'raw options below the command line',
    rawOptions,
    'src/commands/a.ts',
    'export function a(run: Run, options: Readonly<Record<string, unknown>>) {}',
    [],
    ["src/commands/a.ts:1: takes a parser's raw options"],
  ],
  [
    'raw options by their name',
    rawOptions,
    'src/client/a.ts',
    "\nimport type { RawOptions } from '../cli/values.ts';",
    [],
    ["src/client/a.ts:2: takes a parser's raw options"],
  ],
  ['raw options at home', rawOptions, 'src/cli/a.ts', 'const raw: RawOptions = {};', [], []],
  [
    'a service among the commands',
    commandFiles,
    'src/commands/obtain.ts',
    '',
    ['src/commands/login.ts', 'src/commands/config/set.ts', 'src/commands/complete.ts'],
    ['src/commands/obtain.ts: is no command'],
  ],

  ['a note to oneself', leftovers, 'src/a.ts', '\n// TODO: more', [], ['src/a.ts:2: TODO']],
  [
    'a barrel',
    barrels,
    'src/a.ts',
    "/** All. */\nexport * from './b.ts';\nexport { c, type D } from './c.ts';",
    [],
    ['src/a.ts:1: only re-exports'],
  ],
  [
    'a barrel that imports first',
    barrels,
    'src/a.ts',
    "import { b } from './b.ts';\nexport { b };",
    [],
    ['src/a.ts:1: only re-exports'],
  ],
  [
    'a file with something of its own',
    barrels,
    'src/a.ts',
    "export * from './b.ts';\nexport const c = 1;",
    [],
    [],
  ],
  [
    'a file without a word on it',
    openings,
    'src/a.ts',
    "import './b.ts';",
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  [
    'a file with an empty word on it',
    openings,
    'src/a.ts',
    '/** */',
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  [
    'a file with a comment of the other kind',
    openings,
    'src/a.ts',
    '// This is a.',
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  ['a file that says what it is', openings, 'src/a.ts', '/**\n * It is a.\n */', [], []],
];

test.each(planted)('%s is judged rightly', (_what, rule, path, text, others, expected) => {
  const empty = others.map((other) => [other, ''] as const);
  expect(rule(new Map([[path, text], ...empty]))).toEqual(expected);
});

test('a circle of types is one too', () => {
  const circle = new Map([
    ['src/session/a.ts', "import { b } from './b.ts';"],
    ['src/session/b.ts', "import type { A } from './a.ts';"],
  ]);
  expect(cycles(circle)).toEqual([
    'src/session/a.ts:1: a circle: src/session/a.ts → src/session/b.ts → src/session/a.ts',
  ]);
});

test('a circle of three is found once, also by way of a dynamic import', () => {
  const circle = new Map([
    ['src/session/a.ts', "\nimport { b } from '../http/b.ts';"],
    ['src/http/b.ts', "await import('./c.ts');"],
    ['src/http/c.ts', "import { a } from '../session/a.ts';"],
    ['src/http/d.ts', "import { c } from './c.ts';"],
  ]);
  expect(cycles(circle)).toEqual([
    'src/session/a.ts:2: a circle: src/session/a.ts → src/http/b.ts → src/http/c.ts → src/session/a.ts',
  ]);
});
