/** Reads the declaration that a command names. */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { isProviderName } from '../declaration/names.ts';
import { readDeclaration } from '../declaration/read.ts';
import { formatOf, type SourceFormat } from '../declaration/source.ts';
import { AuthctlError } from '../errors.ts';
import { readNamed } from '../files/named.ts';
import { problemText } from './declared.ts';

/** What reading depends on. */
export interface NamedWorld {
  readonly clock: Clock;
  readonly stdin: { readonly read: () => Promise<Uint8Array> };
  /** The names of the built-in providers. */
  readonly builtIn: readonly string[];
  /** Prints a line, which may hold any text of the file. */
  readonly say: (line: string) => Promise<void>;
}

/** A declaration, and the file's text. */
export interface NamedDeclaration {
  readonly declaration: Declaration;
  readonly text: string;
  readonly format: SourceFormat;
}

/**
 * Reads a declaration from a file, or from stdin for `-`, and says every problem.
 *
 * @param name in place of the declaration's own
 * @throws AuthctlError `config_broken` if it is not valid; `usage` if the file cannot be read
 */
export async function readNamedDeclaration(
  world: NamedWorld,
  path: string,
  name?: string,
): Promise<NamedDeclaration> {
  return declarationIn(world, await bytesOf(world, path), path, name);
}

/**
 * Reads a declaration from its text, and says every problem.
 *
 * @param path where the text is from, for messages and for the name
 * @param name in place of the declaration's own
 * @throws AuthctlError `config_broken` if it is not valid
 */
export async function declarationIn(
  { builtIn, say }: Pick<NamedWorld, 'builtIn' | 'say'>,
  bytes: Uint8Array,
  path: string,
  name?: string,
): Promise<NamedDeclaration> {
  const text = Buffer.from(bytes).toString();
  const format = formatOf(text);
  const ownName = basename(path).replace(/\.(ya?ml|json)$/, '');
  const read = await readDeclaration(bytes, {
    format,
    builtIn,
    ...(name !== undefined && { newName: name }),
    ...(isProviderName(ownName) && path !== '-' && { fallbackName: ownName }),
  });
  if (!read.problems) return { declaration: read.declaration, text, format };
  for (const problem of read.problems) await say(`${path}: ${problemText(problem)}`);
  const { length } = read.problems;
  const count = length === 1 ? 'a problem' : `${length} problems`;
  throw new AuthctlError('config_broken', `${shown(path)} has ${count}`);
}

async function bytesOf({ clock, stdin }: NamedWorld, path: string): Promise<Uint8Array> {
  if (path === '-') return stdin.read();
  const read = await readNamed(path, { clock, timeout: 30_000 });
  if ('bytes' in read) return read.bytes;
  throw new AuthctlError('usage', `cannot read ${JSON.stringify(path)}: ${read.problem}`);
}

function shown(path: string): string {
  return path === '-' ? 'the declaration' : path;
}
