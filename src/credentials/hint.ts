/** Commands for hints, with the profile and server of the command that failed, to be pasted into a shell. */
import { type Hint, hint, named, quoted } from '../errors.ts';
import type { Server } from './gate.ts';

/** Where the command that failed looked. */
export interface HintPlace {
  readonly profile: string;
  readonly server?: Pick<Server, 'chosenBy' | 'url' | 'environment'> | undefined;
}

/** @param words the command and its provider, such as `login my-api` */
export function hintCommand(words: Hint, { profile, server }: HintPlace): Hint {
  const command = hint`authctl ${words}`;
  const inProfile = profile === 'default' ? command : hint`${command} --profile ${named(profile)}`;
  // A server of a variable or of the config is found again; one of a flag has to be repeated.
  if (server?.chosenBy !== 'flag') return inProfile;
  if (server.environment !== undefined) return hint`${inProfile} -e ${named(server.environment)}`;
  const isOpen =
    /^http:/.test(server.url) && !/^http:\/\/(127\.|localhost\b|\[::1\])/.test(server.url);
  return hint`${inProfile} --base-url ${quoted(server.url)}${isOpen ? hint` --allow-http` : hint``}`;
}
