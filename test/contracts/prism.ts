/** Runs Prism, a server that checks every request and answer against an OpenAPI document. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Request } from '../../src/http/message.ts';
import { documentPath, type Vendor } from './openapi.ts';

export interface Prism {
  readonly url: string;
  stop(): Promise<void>;
}

/** A violation of the document. */
export interface Violation {
  readonly location: readonly string[];
  readonly message: string;
}

const cli = join(
  dirname(createRequire(import.meta.url).resolve('@stoplight/prism-cli/package.json')),
  'dist/index.js',
);

/** Answers valid requests with examples from the document. */
export function startPrismMock(vendor: Vendor): Promise<Prism> {
  return startPrism(['mock', documentPath(vendor)]);
}

/** Forwards valid requests to a real server, and checks its answers. */
export function startPrismProxy(vendor: Vendor, upstream: string): Promise<Prism> {
  return startPrism(['proxy', documentPath(vendor), upstream]);
}

export interface Exchange {
  readonly status: number;
  readonly body: unknown;
  /** Empty if the request and the answer are valid. */
  readonly violations: readonly Violation[];
}

/** Sends a request to Prism. */
export async function exchange({ url, ...request }: Request): Promise<Exchange> {
  const response = await fetch(url, request);
  const body: unknown = await response.json();
  const header = response.headers.get('sl-violations');
  if (header !== null) return { status: response.status, body, violations: JSON.parse(header) };
  // Prism's own answers can be recognised only by their Content-Type.
  const refused = response.headers.get('content-type')?.startsWith('application/problem+json');
  const violations = refused ? [{ location: ['request'], message: JSON.stringify(body) }] : [];
  return { status: response.status, body, violations };
}

async function startPrism(args: readonly string[]): Promise<Prism> {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    // Prism would use a proxy even for loopback, and extra authorities slow down its start.
    if (/_proxy$|_CA_/i.test(name)) delete environment[name];
  }
  // Port 0: the system chooses a free one, which Prism prints.
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
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (http:[/.:0-9]+)\s/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`Prism did not start: ${output}`)));
  });
  return { url, stop };
}
