/** What an importer finds in a document, a curl line or a recording, before it is a declaration. */
import type { Place } from '../declaration/declaration.ts';
import type { Request } from '../http/message.ts';

/** The methods that a declaration can have. */
export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A login, as its source shows it. Every text is the source's, and may be anything. */
export interface FoundLogin {
  /** The name of the API. */
  readonly title: string;
  /** The vendor's documentation, if the source names it. */
  readonly docs?: string;
  readonly method: Request['method'];
  /** Appended to the server's URL. A parameter of it is written `{name}`, and is among the inputs. */
  readonly path: string;
  readonly servers: readonly FoundServer[];
  readonly inputs: readonly Input[];
  /** How the inputs of the body are written; absent without a body. */
  readonly body?: 'json' | 'form';
  /** HTTP Basic authentication: what the source calls its two parts; a part that it leaves empty is absent. */
  readonly basic?: { readonly user?: string; readonly password?: string };
  /** Undefined if the source does not show it. */
  readonly answer?: FoundAnswer;
  /** How calls carry the token, if the source says so. */
  readonly carrier?: FoundCarrier;
  /** What else every call carries. */
  readonly carried?: readonly Carried[];
  readonly verify?: FoundRequest;
  readonly logout?: FoundRequest;
  readonly refresh?: FoundRefresh;
  /** What the reader of the source could not tell, in our words. */
  readonly doubts: readonly FoundDoubt[];
}

/** A server, such as `https://{tenant}.example.com/v1`. */
export interface FoundServer {
  readonly url: string;
  readonly description?: string;
}

/** A value that a request has. */
export interface Input {
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'body';
  /** The member's keys from the outermost for a JSON body; otherwise the name alone. */
  readonly at: readonly string[];
  /** Which of the keys are places in a list, by their index. */
  readonly lists?: readonly number[];
  /** What the source calls the value, if its place says too little. */
  readonly name?: string;
  /** Text that stands before the value, such as `Bearer `. */
  readonly prefix?: string;
  /** What the source has there: a sample, which may be a real secret. */
  readonly sample?: unknown;
  /** What the source says must stand there, such as `password` for a `grant_type`. */
  readonly constant?: string | number | boolean;
  /** Whether the request works only with it, as far as the source says. */
  readonly required: boolean;
  /** What the source says about secrecy, if it does. */
  readonly secret?: boolean;
  /** Whether it is a one-time code, although its name does not say so. */
  readonly once?: true;
  readonly type?: 'string' | 'number' | 'boolean';
  readonly description?: string;
}

/** The answer to a login. */
export interface FoundAnswer {
  /** The status of a success, if it is no 200. */
  readonly status?: number;
  readonly members: readonly AnswerMember[];
}

/** A value in an answer, without the value itself unless it is harmless. */
export interface AnswerMember {
  readonly place: Place;
  /** The name of the member, the header or the cookie; empty for a whole body. */
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'other';
  /** Such as `date-time`, or `jwt` for a JWT with an `exp`. */
  readonly format?: string;
  /** Text that stands before the value of a header, such as `Bearer `. */
  readonly prefix?: string;
  /** Whether the source shows that calls carry it. */
  readonly carried?: boolean;
  /** Only of numbers, booleans and moments. */
  readonly sample?: string | number | boolean;
  /** The length of a text that is not kept. */
  readonly length?: number;
  readonly description?: string;
}

/** How calls carry the token. */
export type FoundCarrier =
  | { readonly header: string; readonly prefix?: string }
  | { readonly query: string }
  | { readonly cookie: string };

/** A header or a part of the query: a value of the answer, or else the login's input of the same name. */
export type Carried =
  | { readonly header: string; readonly kept?: Place }
  | { readonly query: string; readonly kept?: undefined };

/** Another request about the token. */
export interface FoundRequest {
  readonly method: Request['method'];
  readonly path: string;
}

/** A request that renews the token. */
export interface FoundRefresh extends FoundRequest {
  readonly body?: 'json' | 'form';
  /** The member that has the refresh token, and others with constants. */
  readonly inputs: readonly Input[];
  /** Whether it is the access token that it is asked with, as calls carry that. */
  readonly byToken?: true;
}

/** A doubt at a place of the draft. */
export interface FoundDoubt {
  /** A JSON pointer into the draft. */
  readonly pointer: string;
  readonly text: string;
}
