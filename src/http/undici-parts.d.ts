/** Types for the parts of undici that the client imports; the package has types only for its index. */

declare module 'undici/lib/dispatcher/dispatcher.js' {
  /** Receives the events of a request. */
  export interface Handler {
    onRequestStart(): void;
    /** Also called for each interim answer (status below 200). */
    onResponseStart(
      controller: unknown,
      status: number,
      headers: Record<string, string | string[]>,
    ): void;
    onResponseData(controller: unknown, chunk: Uint8Array): void;
    onResponseEnd(): void;
    onResponseError(controller: unknown, error: unknown): void;
  }

  export interface DispatchOptions {
    readonly origin: string;
    readonly path: string;
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | null;
    /** Whether to close the connection after the answer. */
    readonly reset: boolean;
  }

  /** A client or an agent. */
  export interface Dispatcher {
    dispatch(options: DispatchOptions, handler: Handler): boolean;
    destroy(): Promise<void>;
  }

  /** Opens a connection and passes it to the callback. Returns the socket, if it makes one. */
  export type Connect = (
    target: Record<string, unknown>,
    callback: (error: Error | null, socket?: unknown) => void,
  ) => unknown;

  export interface ClientOptions {
    readonly connect: Connect;
    /** Milliseconds; 0 for no limit. */
    readonly headersTimeout?: number;
    /** Milliseconds; 0 for no limit. */
    readonly bodyTimeout?: number;
  }
}

declare module 'undici/lib/dispatcher/client.js' {
  import type {
    ClientOptions,
    Dispatcher,
    DispatchOptions,
    Handler,
  } from 'undici/lib/dispatcher/dispatcher.js';

  /** One connection to one origin. */
  export default class Client implements Dispatcher {
    constructor(origin: string | URL, options: ClientOptions);
    dispatch(options: DispatchOptions, handler: Handler): boolean;
    destroy(): Promise<void>;
  }
}

declare module 'undici/lib/core/connect.js' {
  import type { Connect } from 'undici/lib/dispatcher/dispatcher.js';

  /** @param options of `tls.connect`, and `timeout` in milliseconds (0 for no limit) */
  export default function buildConnector(options: Record<string, unknown>): Connect;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import type {
    ClientOptions,
    Dispatcher,
    DispatchOptions,
    Handler,
  } from 'undici/lib/dispatcher/dispatcher.js';

  export type Factory = (origin: string | URL, options: ClientOptions) => Dispatcher;

  export default class ProxyAgent implements Dispatcher {
    constructor(options: {
      readonly uri: string;
      /** The value of `Proxy-Authorization`. */
      readonly token?: string;
      /** Whether plain http goes through CONNECT too. */
      readonly proxyTunnel: boolean;
      /** For the connection to the proxy. */
      readonly proxyTls: Record<string, unknown>;
      /** For the connection through the proxy. */
      readonly requestTls: Record<string, unknown>;
      /** Makes the client for the server. */
      readonly factory: Factory;
      /** Makes the client for the proxy. */
      readonly clientFactory: Factory;
    });
    dispatch(options: DispatchOptions, handler: Handler): boolean;
    destroy(): Promise<void>;
  }
}

declare module 'undici/lib/api/api-connect.js' {
  /** A client's method `connect`, which opens a tunnel. */
  export default function connect(this: object, options: unknown): Promise<unknown>;
}
