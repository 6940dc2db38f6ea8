/** The sandbox: every declared login contract on one loopback server, with demo credentials. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Incoming } from './match.ts';
import { createResponder, type Reply } from './respond.ts';
import type { World } from './world.ts';

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`; each provider is under `/<provider>`. */
  readonly origin: string;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** The largest request body, in bytes. */
const bodyLimit = 64 * 1024;

/**
 * Starts a sandbox on 127.0.0.1.
 *
 * @param options.port absent or 0: any free one
 * @throws AuthctlError `usage` where the port cannot be had
 */
export async function startSandbox(
  declarations: readonly Declaration[],
  { port = 0, ...world }: World & { readonly port?: number },
): Promise<Sandbox> {
  const responders = new Map(
    declarations.flatMap((declaration) =>
      declaration.sandbox
        ? [[declaration.name, createResponder(declaration, declaration.sandbox, world)]]
        : [],
    ),
  );
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const body = await readBody(request);
    const reply: Reply = body
      ? replyTo(request, body)
      : { status: 413, body: { error: `a body has at most ${bodyLimit} bytes` } };
    if (reply.delay) await pause(reply.delay * 1000, gone.signal);
    response.writeHead(reply.status, {
      ...reply.headers,
      'Content-Type': 'application/json',
      Date: new Date(world.now()).toUTCString(),
    });
    response.end(JSON.stringify(reply.body));
  }

  function replyTo(request: IncomingMessage, body: Uint8Array): Reply {
    const [, name = '', target = '/'] = /^\/([^/?#]*)(\/.*)?$/.exec(request.url ?? '') ?? [];
    const respond = responders.get(name);
    if (!respond) {
      const known = [...responders.keys()].map((name) => `/${name}`).join(', ');
      return { status: 404, body: { error: `this sandbox serves ${known}` } };
    }
    const incoming = { method: request.method ?? '', target, headers: headersOf(request), body };
    try {
      return respond(incoming);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: 500, body: { error: `the declaration of ${name} is wrong: ${reason}` } };
    }
  }
}

/** Waits so many milliseconds. @throws what `signal` is aborted with */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = after(milliseconds, resolve);
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
  });
}

function headersOf(request: IncomingMessage): Incoming['headers'] {
  return new Map(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}

/** The body; undefined where it is too large. All of it is read, so that the client gets to read too. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= bodyLimit) chunks.push(bytes);
  }
  return size > bodyLimit ? undefined : Buffer.concat(chunks);
}

function portProblem(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  const problem =
    code === 'EADDRINUSE' ? 'is taken' : code === 'EACCES' ? 'is not allowed to you' : undefined;
  if (!problem) return error;
  return new AuthctlError('usage', `the port ${port} ${problem}`, {
    hint: 'leave --port out, and a free one is chosen',
    cause: error,
  });
}
