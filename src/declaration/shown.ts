/** What a dry run shows. */
import type { Request } from '../http/message.ts';
import type { JwtParts } from './sign.ts';

/** What would be sent, or be done instead. */
export interface Shown {
  /** Which of several requests it is, and when it is sent. */
  readonly title?: string;
  readonly request?: Request;
  /** A token that would be signed, and not sent for. */
  readonly jwt?: JwtParts;
}
