/** Reads what a user names: a document, a recording or a curl command. */
import { AuthctlError } from '../errors.ts';
import { type ReadTimeout, readNamed } from '../files/named.ts';
import type { FoundLogin, Input } from './found.ts';
import { isConstant, isSecretName } from './names.ts';
import type { Candidate } from './reader.ts';

/** The kinds of documents. */
export type DocumentKind = 'openapi' | 'har' | 'postman';

/** What a login is looked for in. */
export type Source =
  | { readonly kind: 'curl'; readonly command: string }
  /** Without a kind, the content says which it is. */
  | { readonly kind?: DocumentKind; readonly path: string };

/** What reading depends on. */
export interface SourceWorld {
  readonly clock: ReadTimeout['clock'];
  readonly stdin: { readonly read: () => Promise<Uint8Array> };
  /** Receives every value of a source that may be a secret, before anything else is done with it. */
  readonly keepSecret: (value: string) => void;
}

/** The largest document, in bytes: a recording holds whole answers. */
const largest = 64 * 1024 * 1024;

/** What a login is known by, for messages. */
export const traits =
  'a POST with a password or a key, a path such as /login or /token, an answer with a token';

/**
 * Reads a source.
 *
 * @returns the requests that may be its login, the best first
 * @throws AuthctlError `usage` if it cannot be read
 */
export async function readSource(
  world: SourceWorld,
  source: Source,
): Promise<readonly Candidate[]> {
  const candidates =
    source.kind === 'curl' ? [await fromCurl(source.command)] : await fromDocument(world, source);
  return candidates.map((each) => ({
    ...each,
    read: () => {
      const found = each.read();
      for (const secret of secretsIn(found)) world.keepSecret(secret);
      return found;
    },
  }));
}

/** The text of a file, or of stdin for `-`. @throws AuthctlError `usage` */
export async function textOf({ clock, stdin }: SourceWorld, path: string): Promise<string> {
  if (path === '-') return new TextDecoder().decode(await stdin.read());
  const read = await readNamed(path, { clock, timeout: 30_000, most: largest });
  if ('bytes' in read) return new TextDecoder().decode(read.bytes);
  throw new AuthctlError('usage', `cannot read ${JSON.stringify(path)}: ${read.problem}`);
}

/** The values of a source that must be shown nowhere. */
function secretsIn({ inputs }: FoundLogin): readonly string[] {
  const isSecret = ({ at, sample, constant, secret }: Input) => {
    const name = at.at(-1) ?? '';
    if (constant !== undefined || isConstant(name, sample)) return false;
    return secret ?? isSecretName(name);
  };
  return inputs
    .filter(isSecret)
    .flatMap(({ sample }) =>
      typeof sample === 'string' || typeof sample === 'number' ? [String(sample)] : [],
    );
}

async function fromCurl(command: string): Promise<Candidate> {
  const { readCurl } = await import('./curl.ts');
  const found = readCurl(command);
  return {
    operation: `${found.method}:${found.path}`,
    summary: found.title,
    score: 10,
    reasons: ['it is the command that was given'],
    read: () => found,
  };
}

async function fromDocument(
  world: SourceWorld,
  { kind, path }: { readonly kind?: DocumentKind; readonly path: string },
): Promise<readonly Candidate[]> {
  if (path === '-' && (kind === undefined || kind === 'openapi')) {
    throw new AuthctlError('usage', 'an OpenAPI document is read from a file, not from stdin');
  }
  if (kind === 'openapi') return openApi(path);
  const text = await textOf(world, path);
  const chosen = kind ?? kindOf(text);
  if (chosen === 'openapi') return openApi(path);
  if (chosen === 'har') return (await import('./har.ts')).readHar(text);
  return (await import('./postman.ts')).readPostman(text);
}

async function openApi(path: string): Promise<readonly Candidate[]> {
  return (await import('./openapi/read.ts')).readOpenApi(path);
}

/** What a document is, by its first words. OpenAPI, and what nothing is known of, is read as that. */
export function kindOf(text: string): DocumentKind {
  if (!/^[\ufeff\s]*\{/.test(text)) return 'openapi';
  const start = text.slice(0, 4096);
  if (/^[\ufeff\s]*\{\s*"log"\s*:/.test(start)) return 'har';
  if (/schema\.(?:get)?postman\.com|"_postman_id"/.test(start)) return 'postman';
  return /"log"\s*:\s*\{/.test(start) && /"entries"\s*:/.test(text) ? 'har' : 'openapi';
}
