/** Prism as a child process: a server that holds every request and answer to an OpenAPI document. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Request } from '../../src/http/message.ts';
import { documentPath, type Vendor } from './openapi.ts';

/** A running Prism. */
export interface Prism {
  readonly url: string;
  stop(): Promise<void>;
}

/** One thing that Prism found to be against the document. */
export interface Violation {
  readonly location: readonly string[];
  readonly message: string;
}

const cli = join(
  dirname(createRequire(import.meta.url).resolve('@stoplight/prism-cli/package.json')),
  'dist/index.js',
);

/** Answers by the document alone, once a request fits it. */
export function startPrismMock(vendor: Vendor): Promise<Prism> {
  return startPrism(['mock', documentPath(vendor)]);
}

/** Passes on to a real server what fits the document, and checks what comes back. */
export function startPrismProxy(vendor: Vendor, upstream: string): Promise<Prism> {
  return startPrism(['proxy', documentPath(vendor), upstream]);
}

/** An exchange with Prism, or through it. */
export interface Exchange {
  readonly status: number;
  readonly body: unknown;
  /** What is against the document; nothing where all was well. */
  readonly violations: readonly Violation[];
}

/** Sends a request to Prism. */
export async function exchange({ url, ...request }: Request): Promise<Exchange> {
  const response = await fetch(url, request);
  const body: unknown = await response.json();
  const header = response.headers.get('sl-violations');
  if (header !== null) return { status: response.status, body, violations: JSON.parse(header) };
  // Where Prism itself answers in the server's place, only the type of the body tells.
  const refused = response.headers.get('content-type')?.startsWith('application/problem+json');
  const violations = refused ? [{ location: ['request'], message: JSON.stringify(body) }] : [];
  return { status: response.status, body, violations };
}

async function startPrism(args: readonly string[]): Promise<Prism> {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    // A proxy would stand between Prism and the loopback; extra authorities slow the start down.
    if (/_proxy$|_CA_/i.test(name)) delete environment[name];
  }
  // Port 0: the system picks a free one, and Prism says which.
  const child = spawn(process.execPath, [cli, ...args, '--port', '0', '--errors'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /listening on (http:[/.:0-9]+)\s/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`Prism did not start: ${said}`)));
  });
  return { url, stop };
}
