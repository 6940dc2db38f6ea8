/** What goes over the wire, as values: a request to send and the response that came. */

/** A request, complete: nothing is left to fill in. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Names as declared. */
  readonly headers: Readonly<Record<string, string>>;
  /** The encoded body, absent where there is none. */
  readonly body?: string;
}

/** An answer, whole. */
export interface Response {
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** When the answer had arrived, in milliseconds since the epoch by the local clock. */
  readonly receivedAt: number;
}

/** How to reach the server, from the options of one command. */
export interface SendOptions {
  /** Milliseconds that the whole exchange may take, retries and waiting included. */
  readonly timeout: number;
  /** How often a request that failed for a passing reason is sent again. */
  readonly retries: number;
  /** Allow plain http to other hosts than this one. */
  readonly allowHttp?: boolean;
  /** PEM file of certificate authorities to trust besides the usual ones. */
  readonly cacert?: string;
  /** PEM files of a client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** Takes the password of a proxy, before the proxy is asked. */
  readonly keepSecret?: (secret: string) => void;
}

/**
 * Sends a request and returns the server's answer, whatever its status.
 * Retries network errors, 429, 502, 503 and 504; the last answer is returned as it is.
 *
 * @param makeRequest called once per attempt, so that each has its own UUID and time
 * @throws AuthctlError `network`, `timeout`, `tls`, `base_url_refused`, `bad_answer` (over 1 MiB)
 */
export type Send = (makeRequest: () => Request, options: SendOptions) => Promise<Response>;
