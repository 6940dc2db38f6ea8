/** The rules of the source tree. Each returns what is against it, as `file:line: what`. */
import { type Import, importsOf, lineAt, type Sources, withoutComments } from './imports.ts';

/**
 * The rooms, and the rooms that each may import, types included, from the top down. A room is a folder
 * of `src`, or a file that stands there alone. Values flow one way: a higher room calls a lower one,
 * never back, and a lower room does not even know the types of a higher one.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  cli: [
    ...['child', 'client', 'clock', 'commands', 'completion', 'config', 'context', 'credentials'],
    ...['declaration', 'directories', 'errors', 'http', 'output', 'providers', 'run', 'secrets'],
    ...['session', 'store', 'terminal'],
  ],
  launcher: [
    ...['client', 'config', 'credentials', 'declaration', 'directories', 'files', 'session'],
    'store',
  ],
  commands: [
    ...['child', 'client', 'completion', 'config', 'context', 'credentials', 'declaration'],
    ...['errors', 'http', 'output', 'run', 'sandbox', 'session', 'terminal'],
  ],
  run: ['client', 'config', 'context', 'credentials', 'secrets', 'session', 'terminal'],
  context: ['child', 'clock', 'credentials', 'directories', 'http', 'terminal'],
  client: [
    ...['clock', 'config', 'credentials', 'declaration', 'errors', 'http', 'secrets', 'session'],
    'terminal',
  ],
  output: ['clock', 'declaration', 'errors', 'files', 'http', 'session', 'terminal'],
  store: ['clock', 'declaration', 'errors', 'files', 'session'],
  session: ['clock', 'declaration', 'errors'],
  credentials: ['child', 'clock', 'config', 'declaration', 'errors', 'files', 'terminal'],
  config: ['child', 'clock', 'declaration', 'errors', 'files'],
  sandbox: ['declaration', 'directories', 'errors'],
  providers: ['declaration', 'errors'],
  declaration: ['errors', 'http'],
  terminal: ['errors', 'secrets'],
  http: ['clock', 'errors'],
  child: ['clock', 'errors'],
  files: ['clock', 'errors'],
  completion: [],
  secrets: [],
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
  keytar: { at: ['src/credentials/keychain/library.ts'] },
  conf: { at: ['src/config/write.ts'] },
  chalk: { at: ['src/terminal/'] },
  typebox: { at: ['src/declaration/schema.ts'], types: ['src/declaration/declaration.ts'] },
};

/** The only files that know the process they run in. */
const processFiles: readonly string[] = ['src/cli/context.ts', 'src/credentials/keychain/child.ts'];

/** @param words vendors' names and the distinctive words of their titles */
export function vendorNames(sources: Sources, words: readonly string[]): string[] {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return [...sources].flatMap(([path, text]) => {
    if (path.startsWith('src/providers/')) return [];
    return text.split('\n').flatMap((line, index) => {
      // The words of an identifier are words too.
      const searched = plain(`${line} ${line.replace(/([a-z0-9])([A-Z])/g, '$1 $2')}`);
      return words
        .filter((word) => new RegExp(`(?<![a-z])${plain(word)}(?![a-z])`).test(searched))
        .map((word) => `${path}:${index + 1}: names the vendor ${word}`);
    });
  });
}

/** Imports that go against the table of rooms. */
export function directions(sources: Sources): string[] {
  const problems = [...new Set([...sources.keys()].map(roomOf))]
    .filter((room) => !Object.hasOwn(rooms, room))
    .map((room) => `src/${room}: is a room that the table does not have`);
  for (const { from, line, file } of importsOf(sources)) {
    if (file === undefined || file === 'package.json') continue;
    const [here, there] = [roomOf(from), roomOf(file)];
    if (!file.startsWith('src/')) problems.push(`${from}:${line}: imports ${file}, outside of src`);
    else if (!sources.has(file))
      problems.push(`${from}:${line}: imports ${file}, which is not there`);
    else if (here !== there && !rooms[here]?.includes(there))
      problems.push(`${from}:${line}: ${here} may not import ${there}`);
  }
  return problems;
}

/** Files that import one another in a circle, be it for their types alone. */
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
      const circle = [...path.slice(start).map(({ from }) => from), file].join(' → ');
      problems.push(`${first.from}:${first.line}: a circle: ${circle}`);
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

/** Options as a parser gives them, below the room that turns them into plain values. */
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
 * Files in `src/commands` that are no command.
 *
 * @param commands the words that lead to each command, such as `config set`
 */
export function notCommands(sources: Sources, commands: readonly string[]): string[] {
  return [...sources.keys()]
    .map((path) => ({ path, words: /^src\/commands\/(.*)\.ts$/.exec(path)?.[1] }))
    .filter(({ words }) => words !== undefined && !commands.includes(words.replace('/', ' ')))
    .map(({ path }) => `${path}: is no command`);
}

/** Packages that are imported outside of their room. */
export function foreignPackages(sources: Sources): string[] {
  return importsOf(sources).flatMap(({ from, line, specifier, file, typeOnly }) => {
    if (file !== undefined || specifier.startsWith('node:')) return [];
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const room = Object.hasOwn(packages, name) ? packages[name] : undefined;
    if (!room) return [`${from}:${line}: imports ${name}, a package that the table does not have`];
    const places = [...room.at, ...(typeOnly ? (room.types ?? []) : [])];
    const inside = places.some((place) =>
      place.endsWith('/') ? from.startsWith(place) : from === place,
    );
    return inside
      ? []
      : [`${from}:${line}: imports ${name}, which belongs to ${room.at.join(', ')}`];
  });
}

/** Files that reach for the process instead of being handed the world. */
export function processUse(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    if (processFiles.includes(path)) return [];
    const code = withoutComments(text);
    const uses = /(?<![\w'"-])process(?=\s*(?:\?\.|[.[,;)}]|as\b|$))|'node:process'/gm;
    return [...code.matchAll(uses)].map(
      ({ index }) => `${path}:${lineAt(code, index)}: uses process; the context hands the world in`,
    );
  });
}

/** Files that start processes themselves, instead of having `src/child` do it. */
export function processStarts(sources: Sources): string[] {
  return importsOf(sources)
    .filter(({ specifier }) => specifier.replace(/^node:/, '') === 'child_process')
    .filter(({ from }) => !from.startsWith('src/child/'))
    .map(({ from, line }) => `${from}:${line}: starts processes, which belongs to src/child/`);
}

/** Notes to oneself that were left behind. */
export function leftovers(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    [...text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)].map(
      ({ 0: word, index }) => `${path}:${lineAt(text, index)}: ${word}`,
    ),
  );
}

/** Files that only pass on what others export. */
export function barrels(sources: Sources): string[] {
  const passedOn = /export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';?/g;
  return [...sources].flatMap(([path, text]) => {
    const code = withoutComments(text);
    const rest = code
      .replace(passedOn, '')
      .replace(/^import\s[^;]*;/gm, '')
      .replace(/^export\s+(?:type\s+)?\{[^}]*\};?/gm, '');
    return rest.trim() === '' && /\bexport\b/.test(code) ? [`${path}:1: only re-exports`] : [];
  });
}

/** Files that do not begin by saying what they own. */
export function openings(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    /^\/\*\*\s+(?:\*\s+)?[^\s*]/.test(text) ? [] : [`${path}:1: does not begin with a doc comment`],
  );
}

function roomOf(path: string): string {
  const [, first = '', rest] = path.split('/');
  return rest === undefined ? first.replace(/\..*$/, '') : first;
}
