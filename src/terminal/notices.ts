/** What is said on stderr besides errors: notices for everybody, details for those who ask. */

import type { Redactor } from '../secrets/redact.ts';
import { printable } from './printable.ts';
import type { Sink } from './streams.ts';

/** Says things on stderr, made harmless and free of secrets. */
export interface Notices {
  /** Something that the user should know; not with --quiet. */
  notice(text: string): void;
  /** The same for what several parts of a command come upon: it is said once. */
  noticeOnce(text: string): void;
  /** How something came about; with --verbose only. */
  detail(text: string): void;
}

/** How much may be said. */
export interface Loudness {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Notices on a stream. */
export function createNotices(stderr: Sink, secrets: Redactor, loudness: Loudness): Notices {
  const say = (text: string) => {
    // Nobody can be told that stderr is gone; the command's result does not depend on it.
    stderr.write(`authctl: ${printable(secrets.redact(text))}\n`).catch(() => {});
  };
  const said = new Set<string>();
  return {
    notice: (text) => {
      if (!loudness.quiet) say(text);
    },
    noticeOnce: (text) => {
      if (!loudness.quiet && !said.has(text)) say(text);
      said.add(text);
    },
    detail: (text) => {
      if (loudness.verbose) say(text);
    },
  };
}
