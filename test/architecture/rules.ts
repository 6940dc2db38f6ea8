/** The rules of the source tree. Each returns its violations, as `file:line: problem`. */
import { type Import, importsOf, lineAt, type Sources, withoutComments } from './imports.ts';

/**
 * The rooms, from the top down, and the rooms that each may import, even for types only. A room is a
 * folder of `src`, or a file directly in it.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  cli: [
    ...['child', 'client', 'clock', 'commands', 'completion', 'config', 'context', 'credentials'],
    ...['declaration', 'directories', 'errors', 'files', 'fleet', 'http', 'output', 'providers'],
    ...['run', 'secrets', 'session', 'store', 'terminal'],
  ],
  launcher: [
    ...['client', 'config', 'credentials', 'declaration', 'directories', 'files', 'session'],
    'store',
  ],
  commands: [
    ...['child', 'client', 'completion', 'config', 'context', 'credentials', 'declaration'],
    ...['doctor', 'errors', 'files', 'fleet', 'http', 'import', 'output', 'providers', 'run'],
    ...['sandbox', 'session', 'terminal', 'wizard'],
  ],
  doctor: [
    ...['client', 'clock', 'config', 'credentials', 'declaration', 'errors', 'files', 'fleet'],
    ...['http', 'run', 'session', 'terminal'],
  ],
  wizard: [
    ...['declaration', 'errors', 'http', 'import', 'output', 'providers', 'run', 'terminal'],
  ],
  run: [
    ...['client', 'config', 'context', 'credentials', 'fleet', 'http', 'secrets', 'session'],
    'terminal',
  ],
  context: ['child', 'clock', 'credentials', 'directories', 'http', 'terminal'],
  client: [
    ...['clock', 'config', 'credentials', 'declaration', 'errors', 'http', 'secrets', 'session'],
    'terminal',
  ],
  fleet: ['clock', 'config', 'credentials', 'errors', 'files', 'http', 'session', 'store'],
  output: ['clock', 'declaration', 'errors', 'files', 'http', 'session', 'terminal'],
  store: ['clock', 'declaration', 'errors', 'files', 'session'],
  session: ['clock', 'declaration', 'errors'],
  credentials: ['child', 'clock', 'config', 'declaration', 'errors', 'files', 'terminal'],
  config: ['child', 'clock', 'declaration', 'errors', 'files'],
  sandbox: ['clock', 'config', 'declaration', 'directories', 'errors', 'http'],
  providers: ['clock', 'config', 'declaration', 'errors', 'files'],
  import: ['declaration', 'errors', 'files', 'http', 'terminal'],
  declaration: ['errors', 'files', 'http'],
  terminal: ['errors', 'secrets'],
  http: ['clock', 'errors', 'files', 'windows-1252'],
  child: ['clock', 'errors'],
  files: ['clock', 'errors'],
  completion: [],
  secrets: ['windows-1252'],
  'windows-1252': [],
  directories: [],
  version: [],
  clock: [],
  errors: [],
};

/** Third-party packages, and where each may be imported: a file, or a folder with a slash. */
export const packages: Readonly<
  Record<string, { readonly at: readonly string[]; readonly types?: readonly string[] }>
> = {
  commander: { at: ['src/cli/'] },
  undici: { at: ['src/http/'] },
  iovalkey: { at: ['src/store/shared/connection.ts'] },
  keytar: { at: ['src/credentials/keychain/library.ts'] },
  conf: { at: ['src/config/write.ts'] },
  chalk: { at: ['src/terminal/'] },
  '@clack/prompts': { at: ['src/terminal/conversation.ts'] },
  leven: { at: ['src/declaration/nearest.ts'] },
  yaml: { at: ['src/declaration/source.ts', 'src/import/'] },
  'js-yaml': { at: ['src/import/openapi/files.ts'] },
  typebox: { at: ['src/declaration/schema.ts'], types: ['src/declaration/declaration.ts'] },
};

/** The only files that may use `process`. */
const processFiles: readonly string[] = ['src/cli/context.ts', 'src/credentials/keychain/child.ts'];

/** @param words vendors' names and the distinctive words of their titles */
export function vendorNames(sources: Sources, words: readonly string[]): string[] {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return [...sources].flatMap(([path, text]) => {
    if (path.startsWith('src/providers/')) return [];
    return text.split('\n').flatMap((line, index) => {
      // Also the words within identifiers.
      const searched = plain(`${line} ${line.replace(/([a-z0-9])([A-Z])/g, '$1 $2')}`);
      return words
        .filter((word) => new RegExp(`(?<![a-z])${plain(word)}(?![a-z])`).test(searched))
        .map((word) => `${path}:${index + 1}: names the vendor ${word}`);
    });
  });
}

/** Imports that the table of rooms does not allow. */
export function directions(sources: Sources): string[] {
  const problems = [...new Set([...sources.keys()].map(roomOf))]
    .filter((room) => !Object.hasOwn(rooms, room))
    .map((room) => `src/${room}: is not in the table of rooms`);
  for (const { from, line, file } of importsOf(sources)) {
    if (file === undefined || file === 'package.json') continue;
    const [here, there] = [roomOf(from), roomOf(file)];
    if (!file.startsWith('src/')) problems.push(`${from}:${line}: imports ${file}, outside of src`);
    // Made by the build, with a declaration of its types.
    else if (!sources.has(file) && !sources.has(file.replace(/\.js$/, '.d.ts')))
      problems.push(`${from}:${line}: imports ${file}, which does not exist`);
    else if (here !== there && !rooms[here]?.includes(there))
      problems.push(`${from}:${line}: ${here} may not import ${there}`);
  }
  return problems;
}

/** Import cycles, even of types only. */
export function cycles(sources: Sources): string[] {
  const edges = new Map<string, Import[]>();
  for (const each of importsOf(sources)) {
    edges.set(each.from, [...(edges.get(each.from) ?? []), each]);
  }
  const problems: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly Import[]) => {
    const start = path.findIndex(({ from }) => from === file);
    const first = path[start];
    if (first) {
      const cycle = [...path.slice(start).map(({ from }) => from), file].join(' → ');
      problems.push(`${first.from}:${first.line}: a cycle: ${cycle}`);
    }
    if (done.has(file)) return;
    done.add(file);
    for (const edge of edges.get(file) ?? []) {
      if (edge.file !== undefined) visit(edge.file, [...path, edge]);
    }
  };
  for (const file of sources.keys()) visit(file, []);
  return problems;
}

/** Uses of the parser's raw options outside of src/cli. */
export function rawOptions(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    if (path.startsWith('src/cli/') || path.endsWith('.d.ts')) return [];
    const code = withoutComments(text);
    const raw = /\bRawOptions\b|\b(?:raw|options|opts)\??: (?:Readonly<)?Record<string, unknown>/g;
    return [...code.matchAll(raw)].map(
      ({ index }) => `${path}:${lineAt(code, index)}: takes a parser's raw options`,
    );
  });
}

/**
 * Files in `src/commands` that are not commands.
 *
 * @param commands the words of each command, such as `config set`
 */
export function notCommands(sources: Sources, commands: readonly string[]): string[] {
  return [...sources.keys()]
    .map((path) => ({ path, words: /^src\/commands\/(.*)\.ts$/.exec(path)?.[1] }))
    .filter(({ words }) => words !== undefined && !commands.includes(words.replace('/', ' ')))
    .map(({ path }) => `${path}: is not a command`);
}

/** Imports of packages outside of their room. */
export function foreignPackages(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, line, specifier, file, typeOnly }) => {
    if (file !== undefined || specifier.startsWith('node:')) return [];
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const room = Object.hasOwn(packages, name) ? packages[name] : undefined;
    if (!room) return [`${from}:${line}: imports ${name}, which is not in the table of packages`];
    const places = [...room.at, ...(typeOnly ? (room.types ?? []) : [])];
    const inside = places.some((place) =>
      place.endsWith('/') ? from.startsWith(place) : from === place,
    );
    return inside
      ? []
      : [`${from}:${line}: imports ${name}, which belongs to ${room.at.join(', ')}`];
  });
}

/** Uses of `process` in place of the context. */
export function processUse(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    if (processFiles.includes(path)) return [];
    const code = withoutComments(text);
    const uses = /(?<![\w'"-])process(?=\s*(?:\?\.|[.[,;)}]|as\b|$))|'node:process'/gm;
    return [...code.matchAll(uses)].map(
      ({ index }) => `${path}:${lineAt(code, index)}: uses process in place of the context`,
    );
  });
}

/** Imports of child_process outside of src/child. */
export function processStarts(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ specifier }) => specifier.replace(/^node:/, '') === 'child_process')
    .filter(({ from }) => !from.startsWith('src/child/'))
    .map(({ from, line }) => `${from}:${line}: starts processes, which belongs to src/child/`);
}

/** Timers outside of `src/clock.ts`, which bounds every wait. The launcher's wait has a constant length. */
export function timers(sources: Sources): string[] {
  const allowed: Readonly<Record<string, RegExp>> = {
    'src/clock.ts': /^set/,
    'src/launcher/leader.ts': /^Atomics/,
  };
  const use =
    /\b(?:setTimeout|setInterval|AbortSignal\.timeout|Atomics\.wait(?:Async)?)\b|'(?:node:)?timers(?:\/promises)?'/g;
  return [...sources].flatMap(([path, text]) => {
    const code = withoutComments(text);
    return [...code.matchAll(use)]
      .filter(([word]) => !allowed[path]?.test(word))
      .map(({ index }) => `${path}:${lineAt(code, index)}: has a timer; src/clock.ts has them all`);
  });
}

/** Files that may read others: by a fixed path, after a look at what lies there, or through `named.ts`. */
const readers: readonly string[] = [
  ...[
    'src/files/',
    'src/config/read.ts',
    'src/http/authorities.ts',
    'src/child/descriptors.ts',
    'src/child/parent-process.ts',
  ],
  'src/credentials/keychain/bus.ts',
];

/** Files that are read in a way that a pipe or a device can hold up. */
export function unboundedReads(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    if (readers.some((reader) => path.startsWith(reader))) return [];
    const code = withoutComments(text);
    return [...code.matchAll(/\b(?:readFile|readFileSync|createReadStream|readSync)\b(?=\()/g)].map(
      ({ index }) => `${path}:${lineAt(code, index)}: reads a file; src/files/named.ts bounds that`,
    );
  });
}

/** TODO comments and the like. */
export function leftovers(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    [...text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)].map(
      ({ 0: word, index }) => `${path}:${lineAt(text, index)}: ${word}`,
    ),
  );
}

/** Files that only re-export. */
export function barrels(sources: Sources): string[] {
  const reExports = /export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';?/g;
  return [...sources].flatMap(([path, text]) => {
    const code = withoutComments(text);
    const rest = code
      .replace(reExports, '')
      .replace(/^import\s[^;]*;/gm, '')
      .replace(/^export\s+(?:type\s+)?\{[^}]*\};?/gm, '');
    return rest.trim() === '' && /\bexport\b/.test(code) ? [`${path}:1: only re-exports`] : [];
  });
}

/** Files that do not begin with a doc comment. */
export function openings(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    /^\/\*\*\s+(?:\*\s+)?[^\s*]/.test(text) ? [] : [`${path}:1: does not begin with a doc comment`],
  );
}

function roomOf(path: string): string {
  const [, first = '', rest] = path.split('/');
  return rest === undefined ? first.replace(/\..*$/, '') : first;
}
