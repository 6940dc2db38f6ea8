/** Counts for tests with many processes: the requests to a server, and the outcomes of the processes. */
import type { ServerResponse } from 'node:http';
import { exitStatus, type Outcome } from './harness.ts';
import { type Reply, serve } from './servers.ts';

/** The answer to the nth request for a path; undefined for no answer at all. */
export type Script = (path: string, count: number) => Reply | undefined;

/** Starts a server that counts its requests, and does not answer while it is shut. */
export async function countingServer(script: Script) {
  const counts: Record<string, number> = {};
  let gate = Promise.resolve();
  let open = () => {};
  const { url } = await serve(({ url: path }) => {
    const count = (counts[path] ?? 0) + 1;
    counts[path] = count;
    const said = script(path, count);
    return (response) => {
      if (said) gate.then(() => send(response, said));
    };
  });
  return {
    url,
    counts,
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    /** Stops answering until it is opened again, and resets the counts. */
    shut() {
      for (const path of Object.keys(counts)) delete counts[path];
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

export function send(response: ServerResponse, { status = 200, headers, body }: Reply): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** The number of processes per outcome: exit code, stdout, and the first line of stderr. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const { stdout, stderr } = outcome;
    const [line = ''] = stderr.split('\n');
    // A slightly later process gets the same message, marked as remembered.
    const said = line.replace(/ \(remembered [^)]*\)/, '');
    const how = `${exitStatus(outcome)} ${stdout}${said}`.trim();
    counts[how] = (counts[how] ?? 0) + 1;
  }
  return counts;
}
