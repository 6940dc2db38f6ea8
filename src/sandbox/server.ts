/** The sandbox: a loopback server for every declared login contract, with demo credentials. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Incoming } from './compare.ts';
import { createResponder } from './respond.ts';
import { samplesOf } from './samples.ts';
import type { Reply } from './served.ts';
import type { World } from './world.ts';

export interface Sandbox {
  /** `http://127.0.0.1:<port>`; each provider is at `/<provider>`. */
  readonly origin: string;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

/** In bytes. */
const maxBodySize = 64 * 1024;

/**
 * Starts a sandbox on 127.0.0.1.
 *
 * @param options.port 0 by default, for any free port
 * @throws AuthctlError `usage` if the port cannot be used
 */
export async function startSandbox(
  declarations: readonly Declaration[],
  { port = 0, ...world }: World & { readonly port?: number },
): Promise<Sandbox> {
  const responders = new Map(
    declarations.map((declaration) => [
      declaration.name,
      createResponder(declaration, samplesOf(declaration), world),
    ]),
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
      : { status: 413, body: { error: `the body is larger than ${maxBodySize} bytes` } };
    if (reply.delay) await pause(reply.delay * 1000, gone.signal);
    const { status, body: json, text = '', headers, cookies = [] } = reply;
    response.writeHead(status, {
      ...headers,
      ...(cookies.length > 0 && { 'Set-Cookie': [...cookies] }),
      ...(json !== undefined
        ? { 'Content-Type': 'application/json' }
        : text !== '' && { 'Content-Type': 'text/plain; charset=utf-8' }),
      Date: new Date(world.now()).toUTCString(),
    });
    response.end(json === undefined ? text : JSON.stringify(json));
  }

  function replyTo(request: IncomingMessage, body: Uint8Array): Reply {
    const [, name = '', target = '/'] = /^\/([^/?#]*)(\/.*)?$/.exec(request.url ?? '') ?? [];
    const respond = responders.get(name);
    if (!respond) {
      const known = [...responders.keys()].map((name) => `/${name}`).join(', ');
      return { status: 404, body: { error: `the sandbox serves only ${known}` } };
    }
    const incoming = { method: request.method ?? '', target, headers: headersOf(request), body };
    try {
      return respond(incoming);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: 500, body: { error: `the sandbox of ${name} failed: ${reason}` } };
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

/** The whole body, because clients read only after sending it; undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBodySize) chunks.push(bytes);
  }
  return size > maxBodySize ? undefined : Buffer.concat(chunks);
}

function portProblem(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  const problem =
    code === 'EADDRINUSE'
      ? 'is already in use'
      : code === 'EACCES'
        ? 'is not permitted'
        : undefined;
  if (!problem) return error;
  return new AuthctlError('usage', `port ${port} ${problem}`, {
    hint: 'leave out --port to use a free one',
    cause: error,
  });
}
