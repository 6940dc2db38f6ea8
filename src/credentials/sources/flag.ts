/** Credentials from flags: as a flag's value, from stdin, or from a file. */
import { flagName } from '../../declaration/names.ts';
import { AuthctlError, hint, named } from '../../errors.ts';
import { type ReadTimeout, readNamed } from '../../files/named.ts';
import type { Source } from '../../terminal/streams.ts';
import type { Candidate } from '../candidate.ts';

/** Stdin, and whether it is a terminal. */
export type Typed = Pick<Source, 'read'> & Partial<Pick<Source, 'isTTY'>>;

/** The flags of one field. */
export interface Flags {
  readonly value?: string;
  readonly stdin?: boolean;
  readonly file?: string;
}

/** How values are read. */
export interface Reading extends ReadTimeout {
  /** What the names of the flags begin with, where a command has several providers. */
  readonly flagPrefix?: string | undefined;
}

/** A value that a flag gave. */
export interface Given {
  readonly value: string;
  /** The flag, such as `--password-stdin`. */
  readonly origin: string;
  /** Whether the value was in the argument list, where other users can see it. */
  readonly exposed: boolean;
  /** Whether it was typed at a terminal, as an answer to a prompt is. */
  readonly typed?: boolean;
}

/** The flag's candidate for a field. */
export function fromFlag(given: ReadonlyMap<string, Given>, field: string): Candidate | undefined {
  const flag = given.get(field);
  return flag && { kind: flag.typed ? 'prompt' : 'flag', origin: flag.origin, value: flag.value };
}

/**
 * Reads the values that flags give.
 *
 * @param reading its time limit is for a file that is a pipe
 * @throws AuthctlError `usage` for two flags of one field, stdin asked for twice, an empty value,
 *   a file that cannot be read
 */
export async function readGiven(
  flags: ReadonlyMap<string, Flags>,
  stdin: Typed,
  reading: Reading,
): Promise<Map<string, Given>> {
  const flag = (field: string, suffix = '') => flagName(field, suffix, reading.flagPrefix);
  const given = new Map<string, Given>();
  const onStdin = [...flags].filter(([, { stdin }]) => stdin).map(([field]) => field);
  if (onStdin.length > 1) {
    throw new AuthctlError(
      'usage',
      `stdin can give one value only, not ${onStdin.map((field) => flag(field, '-stdin')).join(' and ')}`,
    );
  }
  for (const [field, { value, stdin: fromStdin, file }] of flags) {
    const origins = [
      ...(value === undefined ? [] : [flag(field)]),
      ...(fromStdin ? [flag(field, '-stdin')] : []),
      ...(file === undefined ? [] : [flag(field, '-file')]),
    ];
    const [origin, second] = origins;
    if (origin === undefined) continue;
    if (second !== undefined) {
      throw new AuthctlError('usage', `${field} was given twice, by ${origin} and ${second}`);
    }
    const text =
      value ??
      decode(
        field,
        origin,
        file === undefined ? await stdin.read(field) : await readBytes(origin, file, reading),
      );
    if (text === '') throw new AuthctlError('usage', `${field} from ${origin} is empty`);
    const isTyped = fromStdin === true && stdin.isTTY === true;
    given.set(field, {
      value: text,
      origin,
      exposed: value !== undefined,
      ...(isTyped && { typed: true }),
    });
  }
  return given;
}

async function readBytes(origin: string, path: string, limit: ReadTimeout): Promise<Uint8Array> {
  const read = await readNamed(path, limit);
  if ('bytes' in read) return read.bytes;
  const place = `the file of ${origin}, ${JSON.stringify(path)}`;
  throw new AuthctlError('usage', `cannot read ${place}: ${read.problem}`, {
    hint: hint`give another path, or the value by ${named(origin.replace(/file$/, 'stdin'))}`,
  });
}

/** Decodes UTF-8, without a byte order mark and without one trailing newline, which editors and `echo` add. */
export function decode(field: string, origin: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.replace(/\r?\n$/, '');
  } catch (cause) {
    throw new AuthctlError('usage', `${field} from ${origin} is not UTF-8 text`, { cause });
  }
}
