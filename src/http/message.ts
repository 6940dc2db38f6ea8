/** Requests and responses as values, and the type of the function that exchanges them. */

/** Connecting to the proxy, connecting to the server, waiting for the answer, reading its body. */
export type Stage = 'proxy' | 'connection' | 'answer' | 'body';

/** A complete request, without placeholders. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Names in the case of the declaration. */
  readonly headers: Readonly<Record<string, string>>;
  /** Encoded. */
  readonly body?: string;
}

/** A complete answer. */
export interface Response {
  readonly status: number;
  /** Names in lower case. Repeated headers are joined with a comma, so cookies are better read below. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of the headers `Set-Cookie`. */
  readonly cookies: readonly string[];
  /** In UTF-8, whatever it came in. */
  readonly body: Uint8Array;
  /** Why the body could not be read, such as "a body over 1 MiB": it is empty, or left as it came. */
  readonly problem?: string;
  /** How often and how long it was tried, such as "tried 3 times in 16 s"; absent if it was tried once. */
  readonly tried?: string;
  /** When the answer had arrived, in milliseconds since the epoch by the local clock. */
  readonly receivedAt: number;
}

/** How to reach the server, from a command's options. */
export interface SendOptions {
  /** Milliseconds that the exchange may take, retries and waits included. */
  readonly timeout: number;
  /** Milliseconds that a time-out names, where requests before took some of them. */
  readonly allowed?: number;
  /** How often a request is repeated after a transient failure. */
  readonly retries: number;
  /** Allows plain http to other machines. */
  readonly allowHttp?: boolean;
  /** PEM file of certificate authorities to trust besides the default ones. */
  readonly cacert?: string;
  /** PEM files of a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** Called after each attempt with how far it came. */
  readonly onEnd?: (stage: Stage) => void;
  /** Called with the password of a proxy before anything is sent to it. */
  readonly keepSecret?: (secret: string) => void;
  /**
   * Called before the wait for another attempt.
   *
   * @param words what happened, such as "answered 503, trying again in 2 s"
   * @returns called when the wait is over
   */
  readonly onRetry?: (words: string) => () => void;
}

/**
 * Sends a request and returns the server's answer, whatever its status.
 * Retries network errors, 429, 502, 503 and 504; the last answer is returned as it is.
 *
 * @param makeRequest called for each attempt, so that each has its own UUID and time
 * @throws AuthctlError `network`, `timeout`, `tls`, `base_url_refused`, `bad_answer`, `usage`
 */
export type Send = (makeRequest: () => Request, options: SendOptions) => Promise<Response>;
