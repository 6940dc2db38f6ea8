/**
 * Secrets from files that the environment names, as containers and systemd give them:
 * `<PROVIDER>_<FIELD>_FILE`, and the file `<provider>_<field>` in `$CREDENTIALS_DIRECTORY`.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileVariable, variableName } from '../../declaration/names.ts';
import { AuthctlError, hint, named } from '../../errors.ts';
import { type ReadTimeout, readNamed } from '../../files/named.ts';
import type { Candidate } from '../candidate.ts';
import type { Environment } from './environment.ts';
import { decode } from './flag.ts';

/** The candidates by field, in order of precedence. */
export type FileCandidates = ReadonlyMap<string, readonly Candidate[]>;

/** A field that may have such a file. */
interface FileField {
  readonly name: string;
  readonly secret: boolean;
  readonly once?: boolean;
}

/**
 * Reads the files of a provider's secrets.
 *
 * @param given the fields that a flag gives, whose files nobody needs
 * @param limit for a file that is a pipe
 * @throws AuthctlError `usage` for a variable beside its `_FILE`, and for a file that is empty or cannot be
 *   read
 */
export async function fromEnvironmentFiles(
  env: Environment,
  { name: provider, fields }: { readonly name: string; readonly fields: readonly FileField[] },
  given: { readonly has: (field: string) => boolean },
  limit: ReadTimeout,
): Promise<FileCandidates> {
  const found = new Map<string, readonly Candidate[]>();
  for (const { name, secret, once } of fields) {
    if (!secret || once) continue;
    requireOne(env, provider, name);
    const candidates: Candidate[] = [];
    for (const place of placesOf(env, provider, name)) {
      try {
        candidates.push(await read(name, place, limit));
      } catch (error) {
        if (!given.has(name)) throw error;
      }
    }
    found.set(name, candidates);
  }
  return found;
}

/** @throws AuthctlError `usage` if both the variable and that of its file are set */
function requireOne(env: Environment, provider: string, field: string): void {
  const [variable, other] = [variableName(provider, field), fileVariable(provider, field)];
  if (!env[variable] || !env[other]) return;
  throw new AuthctlError('usage', `${field} was given twice, by ${variable} and ${other}`, {
    provider,
    hint: hint`unset ${named(variable)}`,
  });
}

/** A file, and the source as shown to the user. */
interface Place {
  readonly origin: string;
  readonly path: string;
}

/** The files that the environment has for a secret. */
export function placesOf(env: Environment, provider: string, field: string): readonly Place[] {
  const variable = fileVariable(provider, field);
  const path = env[variable];
  return [...(path ? [{ origin: variable, path }] : []), ...inDirectory(env, provider, field)];
}

function inDirectory(
  { CREDENTIALS_DIRECTORY: directory }: Environment,
  provider: string,
  field: string,
): readonly Place[] {
  // A project could set a relative one.
  if (!directory || !isAbsolute(directory)) return [];
  const file = `${provider}_${field}`;
  const path = join(directory, file);
  return existsSync(path) ? [{ origin: `${file} in CREDENTIALS_DIRECTORY`, path }] : [];
}

async function read(
  field: string,
  { origin, path }: Place,
  limit: ReadTimeout,
): Promise<Candidate> {
  const read = await readNamed(path, limit);
  if ('problem' in read) {
    throw new AuthctlError(
      'usage',
      `cannot read ${path}, ${field} from ${origin}: ${read.problem}`,
    );
  }
  const value = decode(field, origin, read.bytes);
  if (value === '') throw new AuthctlError('usage', `${field} from ${origin} is empty`);
  return { kind: 'environment', origin, value };
}
