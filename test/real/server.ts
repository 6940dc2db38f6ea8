/** Starts servers that nobody here wrote: on loopback, at free ports, with their data in a temporary directory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { project } from '../e2e/harness.ts';

/** How a server is started. */
export interface Start {
  /** The number of ports that it needs; the first is that of its URL. */
  readonly ports: number;
  /** The command line. It may write files into the directory, which is the server's home. */
  readonly command: (ports: readonly number[], directory: string) => readonly string[];
  /** The path that answers, with any status, once the server is ready. */
  readonly ready: string;
  /** Milliseconds that it may take to get ready; 20 seconds by default. */
  readonly within?: number;
}

/** A server that runs. */
export interface RealServer {
  readonly url: string;
  /** Stops it for the duration of a task, which it can therefore not answer. */
  whileStopped<T>(task: () => Promise<T>): Promise<T>;
  /** Ends it and all its processes, and removes its files. */
  end(): Promise<void>;
}

/** The path of a file in one of the npm packages in `servers`. */
export const packaged = (path: string): string =>
  join(project, 'test/real/servers/node_modules', path);

// The server ends when this process does, however that happens: its stdin then closes. With it ends its
// process group, and the other way round.
const guard = `"$@" & server=$!
{ read -r _; kill -KILL $server; } <&0 &
wait $server
kill -KILL 0`;

/** Starts a server. Resolves when it answers. */
export async function startServer({
  ports,
  command,
  ready,
  within = 20_000,
}: Start): Promise<RealServer> {
  const directory = mkdtempSync(join(tmpdir(), 'authctl-real-'));
  const free = await freePorts(ports);
  const url = `http://127.0.0.1:${free[0]}`;
  const { PATH } = process.env;
  const child = spawn('bash', ['-c', guard, 'bash', ...command(free, directory)], {
    cwd: directory,
    // Nothing is inherited that would configure it.
    env: { PATH, HOME: directory },
    detached: true,
  });
  // It may have ended on its own.
  child.stdin.on('error', () => {});
  // Only when the last of its processes has ended, the pipes from it are closed.
  const closed = once(child, 'close');
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4000);
    });
  }
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? Number.NaN), name);
  const end = async () => {
    child.stdin.end();
    await closed;
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  const deadline = performance.now() + within;
  while (!(await answers(url + ready))) {
    if (performance.now() < deadline && child.signalCode === null) await sleep(50);
    else {
      await end();
      throw new Error(`the server did not start:\n${log}`);
    }
  }
  return {
    url,
    end,
    whileStopped: async (task) => {
      signal('SIGSTOP');
      try {
        return await task();
      } finally {
        signal('SIGCONT');
      }
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(5000) })).text();
    return true;
  } catch {
    return false;
  }
}

/** Ports that are free now, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
  return ports;
}
