/** Parses the file of a declaration, YAML or JSON, and finds the lines of its parts. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from 'yaml';
import type { Problem } from './check/problem.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { isDeeper } from './nesting.ts';

/** In bytes. */
export const largestDeclaration = 65_536;
/** Levels of nested lists and mappings. */
const deepest = 64;

/** A mistake, and its line in the file, from 1. */
export interface LocatedProblem extends Problem {
  readonly line?: number;
}

/** The value of a file, or what is wrong with its text. */
export type Source =
  | { readonly value: unknown; readonly problems?: undefined }
  | { readonly problems: readonly LocatedProblem[] };

/** The formats of a file. */
export type SourceFormat = 'yaml' | 'json';

/** JSON begins with a brace, which a YAML file hardly does. */
export function formatOf(text: string): SourceFormat {
  return /^\s*\{/.test(text) ? 'json' : 'yaml';
}

/** Parses a file. */
export function parseSource(text: string, format: SourceFormat): Source {
  return format === 'json' ? parseJson(text) : parseYaml(text);
}

/** Adds to each problem the line of its place, and puts them in the order of the lines. */
export function locate(text: string, problems: readonly Problem[]): readonly LocatedProblem[] {
  const lines = new LineCounter();
  let document: Document | undefined;
  try {
    [document] = documentsIn(text, lines);
  } catch {
    // Too deeply nested, which the problems say.
  }
  return problems
    .map((problem) => {
      const line = document && lineOf(document, lines, problem.pointer);
      return { ...problem, ...(line !== undefined && { line }) };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** The text as it is, with comments, but with this name if it has another. It must be valid. */
export function renamed(text: string, format: SourceFormat, name: string): string {
  if (format === 'json') {
    const value: Record<string, unknown> = JSON.parse(text.replace(/^\ufeff/, ''));
    const isFree = value['name'] === undefined || value['name'] === name;
    return isFree ? text : `${JSON.stringify({ ...value, name }, undefined, 2)}\n`;
  }
  const [document] = documentsIn(text, new LineCounter());
  if (!document || [undefined, name].includes(document.get('name') as string)) return text;
  document.set('name', name);
  return document.toString();
}

function parseJson(text: string): Source {
  if (isDeeper(text, deepest)) return { problems: [tooDeep] };
  let jsonError = '';
  try {
    const value: unknown = JSON.parse(text);
    if (!hasDuplicateNames(text)) return { value };
  } catch (error) {
    jsonError = String(error);
  }
  // JSON is YAML too, whose parser says more.
  const source = parseYaml(text);
  if (source.problems) return source;
  const at = /at position (\d+)/.exec(jsonError)?.[1];
  const line = at === undefined ? undefined : text.slice(0, Number(at)).split('\n').length;
  const message = 'it is not valid JSON, which has no comments and no comma before a bracket';
  return { problems: [{ pointer: '', ...(line !== undefined && { line }), message }] };
}

function parseYaml(text: string): Source {
  // The parser would use up all memory, and end the process.
  if (nestedInALine.test(text)) return { problems: [tooDeep] };
  const lines = new LineCounter();
  let documents: readonly Document[];
  try {
    documents = documentsIn(text, lines);
  } catch {
    return { problems: [tooDeep] };
  }
  const [document, second] = documents;
  if (!document) return { problems: [{ pointer: '', message: 'it is empty' }] };
  // What comes after a mistake in the syntax is mostly its consequence.
  const problems = [...document.errors, ...document.warnings]
    .slice(0, 1)
    .map(({ code, linePos }) => ({
      pointer: '',
      message: words[code] ?? 'it is not valid YAML',
      ...(linePos && { line: linePos[0].line }),
    }));
  if (second) problems.push({ pointer: '', message: 'it has more than one YAML document' });
  visit(document, {
    Node: (_, node) => {
      const what = isAlias(node)
        ? 'an alias'
        : (isScalar(node) || isCollection(node)) && node.anchor !== undefined
          ? 'an anchor'
          : isNode(node) && node.tag !== undefined
            ? 'a tag'
            : undefined;
      if (what !== undefined) {
        const line = lineAt(lines, node);
        problems.push({ pointer: '', message: `${what} is not allowed`, ...(line && { line }) });
      }
    },
  });
  if (problems.length > 0) return { problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    // For what is only in YAML, such as `.inf` and big integers.
    if (isDeeper(JSON.stringify(value) ?? '', deepest)) return { problems: [tooDeep] };
    return { value: JSON.parse(JSON.stringify(value) ?? 'null') };
  } catch {
    return { problems: [tooDeep] };
  }
}

/** Lists in lists, more than `deepest` of them, that begin in one line. */
const nestedInALine = /^ *(?:[-?] +){65}/m;

const tooDeep: LocatedProblem = { pointer: '', message: 'it is nested too deeply' };

/** The parser's problems in plain words. */
const words: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  DUPLICATE_KEY: 'a name is there twice',
  MISSING_CHAR: 'a character is missing, such as a quote, a comma or a bracket',
  TAB_AS_INDENT: 'it is indented with a tab',
  UNEXPECTED_TOKEN: 'a character does not belong there; text that begins with { needs quotes',
  MULTILINE_IMPLICIT_KEY:
    'a name, or its colon, is not on one line; text that begins with { needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a nested value has to begin on a line of its own, and text that has a colon and a space needs quotes',
  TAG_RESOLVE_FAILED: 'a tag is not allowed',
  KEY_OVER_1024_CHARS: 'a name is too long',
};

function documentsIn(text: string, lineCounter: LineCounter): readonly Document[] {
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: true,
    logLevel: 'silent',
    lineCounter,
  });
  return Array.isArray(documents) ? (documents as readonly Document[]) : [];
}

function lineAt(lines: LineCounter, node: unknown): number | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range ? lines.linePos(range[0]).line : undefined;
}

/** The line of a place, or of the nearest part around it that is there. */
function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const step of steps) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) break;
      line = lineAt(lines, pair.key) ?? line;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.items[Number(step)] as Node | undefined;
      line = lineAt(lines, node) ?? line;
    } else break;
  }
  return line;
}
