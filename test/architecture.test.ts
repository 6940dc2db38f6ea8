/** Tests that the source tree follows its rules, and that each rule detects violations. */
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
  timers,
  unboundedReads,
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

/** Words in titles that are not names of vendors. */
const generic = ['one', 'customers', 'api', 'transcribe', '3', 'core'];
const words = [
  ...new Set(
    providers
      .flatMap(({ name, title }) => [name, ...title.toLowerCase().split(/\s+/)])
      .filter((word) => !generic.includes(word)),
  ),
];

/** The words of each command, including hidden ones, whose names are without their underscores. */
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
  test('there are no import cycles', () => expect(cycles(sources)).toEqual([]));
  test('each package is imported only in its room', () =>
    expect(foreignPackages(sources)).toEqual([]));
  test('only the edges use process', () => expect(processUse(sources)).toEqual([]));
  test('only src/child starts processes', () => expect(processStarts(sources)).toEqual([]));
  test('every wait is bounded in one place', () => expect(timers(sources)).toEqual([]));
  test('no pipe or device is read without end', () => expect(unboundedReads(sources)).toEqual([]));
  test('options are plain values below src/cli', () => expect(rawOptions(sources)).toEqual([]));
  test('each file in src/commands is a command', () =>
    expect(notCommands(sources, commands)).toEqual([]));
  test('there are no TODO comments', () => expect(leftovers(sources)).toEqual([]));
  test('no file only re-exports', () => expect(barrels(sources)).toEqual([]));
  test('each file begins with a doc comment', () => expect(openings(sources)).toEqual([]));
});

describe('the tables', () => {
  test('have only existing rooms', () => {
    const present = [...sources.keys()].map((path) => path.split('/')[1]?.replace(/\..*$/, ''));
    expect(present).toEqual(expect.arrayContaining(Object.keys(rooms)));
  });

  test('have no room above itself', () => {
    const below = (room: string, seen: readonly string[]): readonly string[] =>
      seen.includes(room)
        ? [room]
        : (rooms[room] ?? []).flatMap((next) => below(next, [...seen, room]));
    expect(Object.keys(rooms).flatMap((room) => below(room, []))).toEqual([]);
  });

  test('have only packages that are imported', () => {
    const imported = importsOf(sources).map(({ specifier }) =>
      specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'),
    );
    const unused = Object.keys(packages).filter((name) => !imported.includes(name));
    expect(unused).toEqual([]);
  });
});

type Rule = (sources: Sources) => string[];
const vendor: Rule = (planted) => vendorNames(planted, words);
const commandFiles: Rule = (planted) => notCommands(planted, commands);

/** A rule, a file and its text, other existing files, and the violations. */
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
  ['a vendor in src/providers', vendor, 'src/providers/ropo.ts', "name: 'ropo'", [], []],
  ['a word that contains a name', vendor, 'src/a.ts', 'in proportion, proposed', [], []],

  [
    'an import of a higher room',
    directions,
    'src/http/a.ts',
    "import { b } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'an import of a higher room over several lines',
    directions,
    'src/http/a.ts',
    "/** */\nimport {\n  type A,\n  b,\n} from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:2: http may not import session'],
  ],
  [
    'a dynamic import of a higher room',
    directions,
    'src/http/a.ts',
    "\nawait import('../session/b.ts');",
    ['src/session/b.ts'],
    ['src/http/a.ts:2: http may not import session'],
  ],
  [
    'a re-export of a higher room',
    directions,
    'src/http/a.ts',
    "export { b } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'an import for its side effect',
    directions,
    'src/errors.ts',
    "import './http/b.ts';",
    ['src/http/b.ts'],
    ['src/errors.ts:1: errors may not import http'],
  ],
  [
    'a type of a higher room',
    directions,
    'src/http/a.ts',
    "import type { B } from '../session/b.ts';",
    ['src/session/b.ts'],
    ['src/http/a.ts:1: http may not import session'],
  ],
  [
    'a type of the store in the session',
    directions,
    'src/session/a.ts',
    "import type { B } from '../store/b.ts';",
    ['src/store/b.ts'],
    ['src/session/a.ts:1: session may not import store'],
  ],
  [
    'a type of the command line in the client',
    directions,
    'src/client/a.ts',
    "type A = import('../cli/b.ts').A;",
    ['src/cli/b.ts'],
    ['src/client/a.ts:1: client may not import cli'],
  ],
  [
    'a type of a room at the same level',
    directions,
    'src/output/a.ts',
    "import type { B } from '../client/b.ts';",
    ['src/client/b.ts'],
    ['src/output/a.ts:1: output may not import client'],
  ],
  [
    'an unknown room',
    directions,
    'src/helpers/a.ts',
    '',
    [],
    ['src/helpers: is not in the table of rooms'],
  ],
  [
    'a missing file',
    directions,
    'src/cli/main.ts',
    "import { a } from '../errors.js';",
    [],
    ['src/cli/main.ts:1: imports src/errors.js, which does not exist'],
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
    'an import of a lower room',
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
    'a cycle of one file',
    cycles,
    'src/http/a.ts',
    "import './a.ts';",
    [],
    ['src/http/a.ts:1: a cycle: src/http/a.ts → src/http/a.ts'],
  ],

  [
    'a package outside of its room',
    foreignPackages,
    'src/completion/words.ts',
    "import type { Command } from 'commander';",
    [],
    ['src/completion/words.ts:1: imports commander, which belongs to src/cli/'],
  ],
  [
    'a part of a package outside of its room',
    foreignPackages,
    'src/session/a.ts',
    "import Client from 'undici/lib/dispatcher/client.js';",
    [],
    ['src/session/a.ts:1: imports undici, which belongs to src/http/'],
  ],
  [
    'a package that is imported dynamically',
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
    'the types of a package outside of its room',
    foreignPackages,
    'src/http/a.ts',
    "import type { Static } from 'typebox';",
    [],
    ['src/http/a.ts:1: imports typebox, which belongs to src/declaration/schema.ts'],
  ],
  [
    'a value where only types are allowed',
    foreignPackages,
    'src/declaration/declaration.ts',
    "import Type from 'typebox';",
    [],
    [
      'src/declaration/declaration.ts:1: imports typebox, which belongs to src/declaration/schema.ts',
    ],
  ],
  [
    'types where only types are allowed',
    foreignPackages,
    'src/declaration/declaration.ts',
    "import type { Static } from 'typebox';",
    [],
    [],
  ],
  [
    'an unknown package',
    foreignPackages,
    'src/cli/main.ts',
    "import x from '@scope/pad/left';",
    [],
    ['src/cli/main.ts:1: imports @scope/pad, which is not in the table of packages'],
  ],
  [
    'a builtin without its prefix',
    foreignPackages,
    'src/cli/main.ts',
    "import fs from 'fs';",
    [],
    ['src/cli/main.ts:1: imports fs, which is not in the table of packages'],
  ],
  ['a builtin', foreignPackages, 'src/cli/main.ts', "import fs from 'node:fs';", [], []],

  [
    'process.env',
    processUse,
    'src/cli/main.ts',
    '\nconst { env } = process;',
    [],
    ['src/cli/main.ts:2: uses process in place of the context'],
  ],
  [
    'process in a template',
    processUse,
    'src/cli/main.ts',
    '`${' + 'process.pid}`',
    [],
    ['src/cli/main.ts:1: uses process in place of the context'],
  ],
  [
    'process by way of globalThis or an import',
    processUse,
    'src/cli/main.ts',
    "globalThis.process?.exit(); import p from 'node:process';",
    [],
    [
      'src/cli/main.ts:1: uses process in place of the context',
      'src/cli/main.ts:1: uses process in place of the context',
    ],
  ],
  [
    'process as an argument',
    processUse,
    'src/cli/main.ts',
    'run(process)',
    [],
    ['src/cli/main.ts:1: uses process in place of the context'],
  ],
  [
    'the word process',
    processUse,
    'src/cli/main.ts',
    "// the process.\nimport 'node:child_process'; fail('the process ended');",
    [],
    [],
  ],
  ['process in the context', processUse, 'src/cli/context.ts', 'process.exit()', [], []],

  [
    'a timer elsewhere',
    timers,
    'src/http/a.ts',
    "\nsetTimeout(f, 1);\nAbortSignal.timeout(1);\nimport { setInterval as i } from 'node:timers';",
    [],
    [
      'src/http/a.ts:2: has a timer; src/clock.ts has them all',
      'src/http/a.ts:3: has a timer; src/clock.ts has them all',
      'src/http/a.ts:4: has a timer; src/clock.ts has them all',
      'src/http/a.ts:4: has a timer; src/clock.ts has them all',
    ],
  ],
  [
    'a file that is read elsewhere',
    unboundedReads,
    'src/client/a.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync(path);",
    [],
    ['src/client/a.ts:2: reads a file; src/files/named.ts bounds that'],
  ],
  ['a timer at home', timers, 'src/clock.ts', 'setInterval(f, 1)', [], []],

  [
    'a process that is started outside of src/child',
    processStarts,
    'src/config/a.ts',
    "/** */\nimport { type ChildProcess, spawn } from 'node:child_process';",
    [],
    ['src/config/a.ts:2: starts processes, which belongs to src/child/'],
  ],
  [
    'a dynamic import of child_process',
    processStarts,
    'src/commands/a.ts',
    "const { execFile } = await import('child_process');",
    [],
    ['src/commands/a.ts:1: starts processes, which belongs to src/child/'],
  ],
  [
    'a process that is started in src/child',
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
    'the type of raw options below the command line',
    rawOptions,
    'src/client/a.ts',
    "\nimport type { RawOptions } from '../cli/values.ts';",
    [],
    ["src/client/a.ts:2: takes a parser's raw options"],
  ],
  ['raw options in src/cli', rawOptions, 'src/cli/a.ts', 'const raw: RawOptions = {};', [], []],
  [
    'a service among the commands',
    commandFiles,
    'src/commands/obtain.ts',
    '',
    ['src/commands/login.ts', 'src/commands/config/set.ts', 'src/commands/complete.ts'],
    ['src/commands/obtain.ts: is not a command'],
  ],

  ['a TODO comment', leftovers, 'src/a.ts', '\n// TODO: more', [], ['src/a.ts:2: TODO']],
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
    'a file with a re-export and an export',
    barrels,
    'src/a.ts',
    "export * from './b.ts';\nexport const c = 1;",
    [],
    [],
  ],
  [
    'a file without a comment',
    openings,
    'src/a.ts',
    "import './b.ts';",
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  [
    'a file with an empty doc comment',
    openings,
    'src/a.ts',
    '/** */',
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  [
    'a file with a line comment',
    openings,
    'src/a.ts',
    '// This is a.',
    [],
    ['src/a.ts:1: does not begin with a doc comment'],
  ],
  ['a file with a doc comment', openings, 'src/a.ts', '/**\n * It is a.\n */', [], []],
];

test.each(planted)('%s gets the right result', (_what, rule, path, text, others, expected) => {
  const empty = others.map((other) => [other, ''] as const);
  expect(rule(new Map([[path, text], ...empty]))).toEqual(expected);
});

test('a cycle of types is found', () => {
  const files = new Map([
    ['src/session/a.ts', "import { b } from './b.ts';"],
    ['src/session/b.ts', "import type { A } from './a.ts';"],
  ]);
  expect(cycles(files)).toEqual([
    'src/session/a.ts:1: a cycle: src/session/a.ts → src/session/b.ts → src/session/a.ts',
  ]);
});

test('a cycle of three with a dynamic import is found once', () => {
  const files = new Map([
    ['src/session/a.ts', "\nimport { b } from '../http/b.ts';"],
    ['src/http/b.ts', "await import('./c.ts');"],
    ['src/http/c.ts', "import { a } from '../session/a.ts';"],
    ['src/http/d.ts', "import { c } from './c.ts';"],
  ]);
  expect(cycles(files)).toEqual([
    'src/session/a.ts:2: a cycle: src/session/a.ts → src/http/b.ts → src/http/c.ts → src/session/a.ts',
  ]);
});
