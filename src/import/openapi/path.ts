/** Paths of operations and of URLs → paths of requests. */
import { literal } from '../../declaration/template.ts';

/** A path that a declaration can have. */
export interface RequestPath {
  readonly path: string;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  readonly hasParameters: boolean;
  /** Whether something of the document's path is left out. */
  readonly isShortened: boolean;
}

/**
 * Documents append remarks to a path so that it is there twice, or have invisible characters in it: the
 * part up to a space, a `?` or a `#` counts, less what nobody can see.
 */
export function requestPath(written: string): RequestPath {
  const seen = written.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, '').trim();
  const [plain = ''] = seen.split(/[\s?#]/);
  const path = plain.startsWith('/') ? plain : `/${plain}`;
  const parameters = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
  // A brace that is no parameter's stands for itself.
  const parts = path.split(/(\{[^{}]+\})/);
  const safe = parts.map((part, index) => (index % 2 === 1 ? part : literal(part))).join('');
  return {
    path: safe.slice(0, 2000),
    parameters,
    hasParameters: parameters.length > 0,
    isShortened: plain !== written,
  };
}

/** The path of a URL, whether it is absolute or relative. */
export function pathOf(url: string): string {
  const path = url
    .slice(0, 2000)
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\.\//, '');
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/\/+$/, '');
}
