/** Commands for hints, with the profile and server of the command that failed, to be pasted into a shell. */
import type { Server } from './gate.ts';

/** Where the command that failed looked. */
export interface HintPlace {
  readonly profile: string;
  readonly server?: Server | undefined;
}

/** @param words the command and its provider, such as `login my-api` */
export function hintCommand(words: string, { profile, server }: HintPlace): string {
  const profileFlag = profile === 'default' ? '' : ` --profile ${profile}`;
  // A server of a variable or of the config is found again; one of a flag has to be repeated.
  const serverFlag = server?.chosenBy === 'flag' ? ` --base-url ${quoted(server.url)}` : '';
  return `authctl ${words}${profileFlag}${serverFlag}`;
}

/** Quotes an argument for a POSIX shell, if that is needed. */
function quoted(text: string): string {
  return /^[\w./:%~@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
