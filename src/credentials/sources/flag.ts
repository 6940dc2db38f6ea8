/** Credentials given on the command line: as a flag's value, on stdin, or in a file. */
import { flagName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import { type Patience, readNamed } from '../../files/named.ts';
import type { Source } from '../../terminal/streams.ts';
import type { Candidate } from '../candidate.ts';

/** What the command line says of one field. */
export interface Flags {
  readonly value?: string;
  readonly stdin?: boolean;
  readonly file?: string;
}

/** A value, and where it came from in words, such as `--password-stdin`. */
export interface Given {
  readonly value: string;
  readonly origin: string;
  /** It stood in the argument list, where others can read it. */
  readonly exposed: boolean;
}

/** What the command line gave for a field. */
export function fromFlag(given: ReadonlyMap<string, Given>, field: string): Candidate | undefined {
  const flag = given.get(field);
  return flag && { kind: 'flag', origin: flag.origin, value: flag.value };
}

/**
 * Reads the fields that the command line gives.
 *
 * @param patience for a file that is a pipe
 * @throws AuthctlError `usage` for two flags of one field, stdin asked for twice, an empty value,
 *   a file that cannot be read
 */
export async function readGiven(
  flags: ReadonlyMap<string, Flags>,
  stdin: Pick<Source, 'read'>,
  patience: Patience,
): Promise<Map<string, Given>> {
  const given = new Map<string, Given>();
  const onStdin = [...flags].filter(([, { stdin }]) => stdin).map(([field]) => field);
  if (onStdin.length > 1) {
    throw new AuthctlError(
      'usage',
      `stdin can give one value only, not ${onStdin.map((field) => flagName(field, '-stdin')).join(' and ')}`,
    );
  }
  for (const [field, { value, stdin: fromStdin, file }] of flags) {
    const origins = [
      ...(value === undefined ? [] : [flagName(field)]),
      ...(fromStdin ? [flagName(field, '-stdin')] : []),
      ...(file === undefined ? [] : [flagName(field, '-file')]),
    ];
    const [origin, second] = origins;
    if (origin === undefined) continue;
    if (second !== undefined) {
      throw new AuthctlError('usage', `${field} is given twice, by ${origin} and ${second}`);
    }
    const text =
      value ??
      decode(
        field,
        origin,
        file === undefined ? await stdin.read() : await readBytes(origin, file, patience),
      );
    if (text === '') throw new AuthctlError('usage', `${field} from ${origin} is empty`);
    given.set(field, { value: text, origin, exposed: value !== undefined });
  }
  return given;
}

async function readBytes(origin: string, path: string, patience: Patience): Promise<Uint8Array> {
  const read = await readNamed(path, patience);
  if ('bytes' in read) return read.bytes;
  throw new AuthctlError('usage', `cannot read the file of ${origin}: ${read.problem}`);
}

/** Exactly one trailing newline goes, as every editor and `echo` adds one; nothing else does. */
function decode(field: string, origin: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, '');
  } catch (cause) {
    throw new AuthctlError('usage', `${field} from ${origin} is not UTF-8 text`, { cause });
  }
}
