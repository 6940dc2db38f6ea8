/** One request, as a line or a recording has it. */
import type { FoundAnswer, FoundDoubt } from '../found.ts';
import type { Pairs } from '../outside.ts';

/** A request with its values. */
export interface RecordedRequest {
  readonly method: string;
  /** May have placeholders of any kind. */
  readonly url: string;
  readonly headers: Pairs;
  /** Name and value, beside those of the headers. */
  readonly cookies?: Pairs;
  /** Beside those of the URL. */
  readonly query?: Pairs;
  readonly body?: RecordedBody;
  /** User and password of Basic authentication. */
  readonly user?: readonly [user: string, password: string];
  /** Where it is from, such as `the line`. */
  readonly source: string;
  readonly title?: string;
  readonly answer?: FoundAnswer;
  readonly doubts?: readonly FoundDoubt[];
}

/** A body: its text, or the parts of a form. */
export type RecordedBody = { readonly text: string } | { readonly form: Pairs };
