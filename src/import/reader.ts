/** What the readers of documents have in common. */
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
