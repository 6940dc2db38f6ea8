/** Prints messages other than errors on stderr: notices, and details with --verbose. */

import type { Redactor } from '../secrets/redact.ts';
import { printable } from './printable.ts';
import type { Sink } from './streams.ts';

/** Messages are redacted and made printable. */
export interface Notices {
  /** Something that the user should know; not with --quiet. */
  notice(text: string): void;
  /** The same, but only once per text: several parts of a command may have the same notice. */
  noticeOnce(text: string): void;
  /** How a result was obtained; only with --verbose. */
  detail(text: string): void;
}

export interface Verbosity {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function createNotices(
  stderr: Sink,
  secrets: Redactor,
  { quiet, verbose }: Verbosity,
): Notices {
  const print = (text: string) => {
    // A closed stderr must not make the command fail.
    stderr.write(`authctl: ${printable(secrets.redact(text))}\n`).catch(() => {});
  };
  const printed = new Set<string>();
  return {
    notice: (text) => {
      if (!quiet) print(text);
    },
    noticeOnce: (text) => {
      if (!quiet && !printed.has(text)) print(text);
      printed.add(text);
    },
    detail: (text) => {
      if (verbose) print(text);
    },
  };
}
