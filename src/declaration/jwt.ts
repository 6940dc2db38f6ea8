/** Reads what a JWT says about itself (RFC 7519). Nothing here checks a signature. */
import { isDeeper, namesTwice } from './json.ts';

/** The header and the claims of a JWT. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Levels of lists and objects in a claim. Real ones have a few. */
const deepest = 100;

/**
 * The two readable parts of a JWT in compact form, or undefined where the text is none, or is one that
 * readers do not agree on: with a name twice, or nested deeper than 100 levels.
 */
export function decodeJwt(token: string): DecodedJwt | undefined {
  const read = readJwt(token);
  return 'claims' in read ? read : undefined;
}

/** The same, or in words what is wrong with it; `isJwt` where it is one, but cannot be relied on. */
export function readJwt(
  token: string,
): DecodedJwt | { readonly problem: string; readonly isJwt: boolean } {
  const parts = token.split('.');
  const count = parts.length;
  if (token === '') return { problem: 'it is empty', isJwt: false };
  if (count !== 3) {
    const problem = `it has ${count} ${count === 1 ? 'part' : 'parts'} and not 3`;
    return { problem, isJwt: false };
  }
  const [header, claims] = [textOf(parts[0]), textOf(parts[1])];
  const texts = [header, claims];
  if (texts.some((text) => text !== undefined && isDeeper(text, deepest)))
    return { problem: `it is nested deeper than ${deepest} levels`, isJwt: true };
  const read = { header: objectOf(header), claims: objectOf(claims) };
  if (!read.header || !read.claims || header === undefined || claims === undefined)
    return { problem: 'its parts are not base64url of JSON objects', isJwt: false };
  if (namesTwice(header)) return { problem: 'its header has a name twice', isJwt: true };
  if (namesTwice(claims)) return { problem: 'it has a claim twice', isJwt: true };
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
