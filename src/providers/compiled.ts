/**
 * Keeps a declaration in a form that is quick to load, beside its file: parsing YAML and validating takes
 * as long as Node's own start. It is used only for the very text that it was made of, and is trusted as the
 * file is, since it is in the same directory.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { readTrustedFile } from '../config/trust.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/** What a compiled declaration depends on. */
interface Compiled {
  /** The version of authctl that wrote it. */
  readonly program: string;
  /** The text of the file, in Latin-1: a character per byte. */
  readonly source: string;
  readonly declaration: Declaration;
}

interface Reader {
  readonly uid: number | undefined;
  readonly version: string;
  readonly clock: Clock;
}

/** `my-api.yaml` → `.my-api.yaml.compiled`, in the same directory. */
export function compiledPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.compiled`);
}

/** @returns undefined if there is none of this text and this version */
export function readCompiled(
  path: string,
  source: Buffer,
  { uid, version }: Omit<Reader, 'clock'>,
): Declaration | undefined {
  const copy = compiledPath(path);
  if (!existsSync(copy)) return undefined;
  try {
    const bytes = readTrustedFile(copy, uid);
    if (!bytes) return undefined;
    const compiled: Compiled = JSON.parse(bytes.toString());
    const isCurrent = compiled.program === version && compiled.source === source.toString('latin1');
    return isCurrent ? compiled.declaration : undefined;
  } catch {
    // It is written anew.
    return undefined;
  }
}

/** Never fails: without it, loading takes longer. */
export async function writeCompiled(
  path: string,
  source: Buffer,
  declaration: Declaration,
  { version, clock }: Omit<Reader, 'uid'>,
): Promise<void> {
  const compiled: Compiled = {
    program: version,
    source: source.toString('latin1'),
    declaration,
  };
  try {
    const text = `${JSON.stringify(compiled)}\n`;
    await writeFileAtomic(compiledPath(path), text, { mode: 0o600, clock });
  } catch {
    // For example in a read-only directory.
  }
}
