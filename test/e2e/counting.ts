/** What tests of many processes count: the requests that a server got, and how the processes ended. */
import type { ServerResponse } from 'node:http';
import { exitStatus, type Outcome } from './harness.ts';
import { type Reply, serve } from './servers.ts';

/** What a server says to the request of that number for a path; undefined: nothing, ever. */
export type Script = (path: string, count: number) => Reply | undefined;

/** Starts a server that counts its requests, and holds its answers back while it is shut. */
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
    /** Answers nothing more until it is opened again, and counts anew. */
    shut() {
      for (const path of Object.keys(counts)) delete counts[path];
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

export function send(response: ServerResponse, { status = 200, body }: Reply): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** How many ended how: the exit code, what was printed, and the first line that was said. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const { stdout, stderr } = outcome;
    const [line = ''] = stderr.split('\n');
    // Whoever comes a moment later is told the same, marked as remembered.
    const said = line.replace(/ \(remembered [^)]*\)/, '');
    const how = `${exitStatus(outcome)} ${stdout}${said}`.trim();
    counts[how] = (counts[how] ?? 0) + 1;
  }
  return counts;
}
