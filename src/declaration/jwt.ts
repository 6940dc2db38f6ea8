/** Decodes JWTs (RFC 7519) without checking their signature. */
import { hasDuplicateNames } from './duplicate-names.ts';
import { isDeeper } from './nesting.ts';

export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Levels of nested arrays and objects. Real claims have a few. */
const maxDepth = 100;

/**
 * The header and the claims of a JWT in compact form; undefined if the text is not a JWT, or is one that
 * parsers may read differently: with a duplicate name, or nested more than 100 levels deep.
 */
export function decodeJwt(token: string): DecodedJwt | undefined {
  const read = readJwt(token);
  return 'claims' in read ? read : undefined;
}

/** The same, or the problem with it; `isJwt` if it is a JWT that cannot be relied on. */
export function readJwt(
  token: string,
): DecodedJwt | { readonly problem: string; readonly isJwt: boolean } {
  const parts = token.split('.');
  const count = parts.length;
  if (token === '') return { problem: 'it is empty', isJwt: false };
  if (count !== 3) {
    const problem = `it has ${count} ${count === 1 ? 'part' : 'parts'} instead of 3`;
    return { problem, isJwt: false };
  }
  const [header, claims] = [textOf(parts[0]), textOf(parts[1])];
  const texts = [header, claims];
  if (texts.some((text) => text !== undefined && isDeeper(text, maxDepth)))
    return { problem: `it is nested more than ${maxDepth} levels deep`, isJwt: true };
  const read = { header: objectOf(header), claims: objectOf(claims) };
  if (!read.header || !read.claims || header === undefined || claims === undefined)
    return { problem: 'its header or claims are not a JSON object in base64url', isJwt: false };
  if (hasDuplicateNames(header)) return { problem: 'its header has a duplicate name', isJwt: true };
  if (hasDuplicateNames(claims)) return { problem: 'it has a duplicate claim', isJwt: true };
  return { header: read.header, claims: read.claims };
}

function textOf(part = ''): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
  } catch {
    return undefined;
  }
}

function objectOf(json = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
