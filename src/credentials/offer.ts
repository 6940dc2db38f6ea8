/** Offers to store the credentials that a login has just been asked for. */
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { Server } from './gate.ts';
import { keepCredentials } from './keep.ts';
import type { EntriesWorld } from './keychain/entries.ts';
import type { KeychainState } from './keychain/keychain.ts';
import type { Credential } from './resolve.ts';
import type { Prompt } from './sources/prompt.ts';

/** The credentials of a login that the server accepted. */
export interface Accepted {
  readonly declaration: Declaration;
  readonly profile: string;
  readonly server: Server;
  readonly values: ReadonlyMap<string, Credential>;
  /** What the keychain said, if it was asked. */
  readonly keychain: KeychainState | undefined;
}

/** What the offer depends on. */
export interface OfferWorld extends EntriesWorld {
  readonly prompt: Prompt;
  readonly notice: (text: string) => void;
}

/**
 * Asks whether to store what was typed, and what flags gave beside it. Not for a server that a variable
 * chose, which may be a project's. A failure is a notice, since the login has its result.
 *
 * @throws AuthctlError `interrupted` on Ctrl-C
 */
export async function offerToKeep(world: OfferWorld, accepted: Accepted): Promise<void> {
  const { declaration, profile, server, keychain } = accepted;
  if (server.variable !== undefined) return;
  const all = [...accepted.values].filter(
    ([, credential]) => isTyped(credential) || isGiven(credential),
  );
  if (!all.some(([, credential]) => isTyped(credential))) return;
  const field = (name: string) => findField(declaration, name);
  const secrets = all.filter(
    ([name]) => keychain === 'answered' && field(name)?.secret && !field(name)?.once,
  );
  const open = all.filter(([name]) => field(name)?.secret === false);
  const places = [
    ...(secrets.length > 0 ? [`${namesOf(secrets)} in the keychain`] : []),
    ...(open.length > 0 ? [`${namesOf(open)} in the config`] : []),
  ];
  if (places.length === 0) return;
  if (!(await isYes(world.prompt, `Keep ${places.join(' and ')}? (y/N): `))) return;
  const values = new Map([...secrets, ...open].map(([name, { value }]) => [name, value]));
  try {
    const stored = await keepCredentials(world, {
      ...{ declaration, profile, server, values },
      given: server.chosenBy === 'flag' && server.environment === undefined,
    });
    world.notice(`stored ${stored}`);
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    world.notice(`notice: not stored: ${error.message}`);
  }
}

async function isYes(prompt: Prompt, question: string): Promise<boolean> {
  try {
    return /^\s*y(es)?\s*$/i.test(await prompt.ask(question, { secret: false }));
  } catch (error) {
    // Ctrl-D is no answer, and so no.
    if (error instanceof AuthctlError && error.details.signal === undefined) return false;
    throw error;
  }
}

/** The fields of a server's host are typed too, before the login is known. */
function isTyped({ kind, origin }: Credential): boolean {
  return kind === 'prompt' || origin === 'the prompt';
}

function isGiven({ kind }: Credential): boolean {
  return kind === 'flag';
}

function namesOf(entries: readonly (readonly [string, unknown])[]): string {
  return entries.map(([name]) => name).join(' and ');
}
