/** What each exit code means, in help. */
import type { ErrorCode, exitCodes } from '../errors.ts';

export type ExitCode = 0 | (typeof exitCodes)[ErrorCode];

/** In a few words, and in full. A number that is missing here does not compile. */
export const exitMeanings: Readonly<Record<ExitCode, readonly [short: string, long: string]>> = {
  0: ['done', 'Done.'],
  1: [
    'unexpected',
    'Something unexpected: a bug, which the message says how to report. Of doctor: a check failed.',
  ],
  2: [
    'wrong usage',
    'Wrong usage: an unknown command, provider, option or value, a base URL that is refused (plain http), or a credential that cannot be sent.',
  ],
  3: [
    'something missing',
    'A credential, a session, a base URL or another setting is missing. The message names all that would do.',
  ],
  4: ['refused', 'The server refused the credentials or the token.'],
  5: [
    'network',
    'The network: no connection, DNS, TLS, a time-out, or 5xx after all retries. Trying again later may help.',
  ],
  6: ['rate limit', 'Too many requests, after all retries. The message says when to try again.'],
  7: [
    'unexpected answer',
    'The answer is not what the API documents: a redirect, a 404 (a wrong base URL?), not JSON, no token.',
  ],
  8: [
    'keychain or store',
    'The keychain or the session store failed, in a command about them, or the shared store did that alone could give the token.',
  ],
  9: ['broken config', 'The config file or a declaration is broken, or others could write to it.'],
  130: ['interrupted', 'Interrupted, by Ctrl-C.'],
  143: ['terminated', 'Terminated by a signal.'],
};

/** The exit codes in ascending order. */
export const exitNumbers: readonly ExitCode[] = Object.keys(exitMeanings).map(
  (number) => Number(number) as ExitCode,
);
