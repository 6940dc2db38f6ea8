/** Writes a formatted result to its destination. */
import type { Sink } from '../terminal/streams.ts';
import { appendLines } from './append.ts';
import { writeOutFile } from './out-file.ts';
import type { Outcome } from './result.ts';
import { isStdout, type WriteWorld } from './special-file.ts';

/**
 * Appends to the file that the outcome names, then writes to stdout or --out-file. In this order,
 * stdout stays empty if appending fails.
 *
 * @throws AuthctlError `output_failed`; the errors of stdout
 */
export async function deliver(
  outcome: Outcome,
  to: WriteWorld & { readonly stdout: Sink; readonly outFile?: string | undefined },
): Promise<void> {
  if (outcome.append) await appendLines(outcome.append.path, outcome.append.text, to);
  if (to.outFile === undefined || isStdout(to.outFile)) await to.stdout.write(outcome.stdout);
  else await writeOutFile(to.outFile, outcome.stdout, to);
}
