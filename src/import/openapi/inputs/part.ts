/** What a login may send, before it is decided what stands there. */
import type { Node } from '../node.ts';

/** A member of a body, or a parameter. */
export interface Part {
  readonly at: readonly string[];
  readonly facets: readonly Node[];
  readonly required: boolean;
  readonly description: string;
  /** What the chosen example has there. */
  readonly example?: unknown;
}

/** Takes a doubt about a place of the draft. */
export type Doubt = (pointer: string, text: string) => void;
