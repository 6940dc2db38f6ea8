/** What the readers of documents have in common. */
import { AuthctlError } from '../errors.ts';
import type { FoundLogin } from './found.ts';

/** A request of a document that may be its login. */
export interface Candidate {
  /** As `--operation` names it: `POST:/auth/login`. */
  readonly operation: string;
  /** The document's own name for it. */
  readonly id?: string;
  /** What the document says of it, on one line. */
  readonly summary: string;
  /** How well it fits; the best is the first. Below 1, it is hardly a login. */
  readonly score: number;
  /** Why, in words. */
  readonly reasons: readonly string[];
  /** @throws AuthctlError `usage` if it cannot be a login of a declaration */
  readonly read: () => FoundLogin;
}

/**
 * The candidate that a user has named, such as `POST:/auth/login`, `/auth/login` or by its id.
 *
 * @throws AuthctlError `usage` if there is none, with the best three
 */
export function named(candidates: readonly Candidate[], wanted: string): Candidate {
  const plain = wanted.trim().replace(/^([A-Za-z]+)\s*[: ]\s*(?=\/)/, (_, method: string) => {
    return `${method.toUpperCase()}:`;
  });
  const seen = ({ operation }: Candidate) => operation.replace(/\p{C}/gu, '');
  const found =
    candidates.find((each) => each.operation === plain) ??
    candidates.find((each) => each.id === plain) ??
    candidates.find((each) => seen(each) === plain) ??
    candidates.find((each) => seen(each).replace(/^[A-Z]+:/, '') === plain);
  if (found) return found;
  const best = candidates.slice(0, 3).map(({ operation }) => operation);
  const words = best.length === 0 ? '' : `; the likeliest are ${best.join(', ')}`;
  throw new AuthctlError('usage', `there is no operation ${wanted.slice(0, 120)}${words}`);
}
