/** Finds imports with regular expressions, which suffice because the formatter writes them uniformly. */
import { posix } from 'node:path';

/** Source texts by their path from the project's root, such as `src/main.ts`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** The path of an imported source file; undefined for a package. */
  readonly file?: string;
  /** Whether it is erased at run time. */
  readonly typeOnly: boolean;
}

const declared =
  /^(?:import|export(?=\s+(?:type\s+)?[{*]))\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const called = /(typeof\s+)?\b(?:import|require(?:\.resolve)?)\(\s*['"`]([^'"`$]+)/g;

/** All imports of all files, including dynamic ones. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const code = withoutComments(text);
    const found = [...code.matchAll(declared), ...code.matchAll(called)];
    return found
      .sort((a, b) => a.index - b.index)
      .map((match): Import => {
        const [, type, specifier = ''] = match;
        const own = specifier.startsWith('.');
        return {
          from,
          line: lineAt(code, match.index),
          specifier,
          ...(own && { file: posix.join(posix.dirname(from), specifier) }),
          typeOnly: type !== undefined,
        };
      });
  });
}

/** The text with spaces in place of comments, which keeps line numbers. */
export function withoutComments(text: string): string {
  const piece = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
  return text.replace(piece, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

/** The number of the line that an index is on, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
