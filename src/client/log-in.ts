/** Logs in at the server: by one request, by several in turn, or by a token that is signed here. */

import type { Server } from '../credentials/gate.ts';
import { hintCommand } from '../credentials/hint.ts';
import type { Credentials } from '../credentials/resolve.ts';
import { fromPrompt } from '../credentials/sources/prompt.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { namesUsed, templatesInLogin } from '../declaration/uses.ts';
import { hint, named } from '../errors.ts';
import type { Attempt } from './attempt.ts';
import { connect, exchange } from './exchange.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Logs in. Nothing is stored.
 *
 * @param timeout milliseconds that all requests may take together; by default the target's timeout
 * @throws AuthctlError everything that `exchange` throws; `credential_missing` for a one-time code that
 *   cannot be asked for
 */
export async function logIn(
  world: ClientWorld,
  target: Target & { readonly server: Server },
  { login }: Pick<Credentials, 'login'>,
  values: ReadonlyMap<string, string>,
  timeout?: number,
): Promise<TokenSet> {
  const { declaration, server } = target;
  const connection = connect(world, target, server.url, timeout);
  const { request } = login;
  if (request && isPlain(target, login)) {
    return exchange(connection, { template: request, values }, { sent: 'credentials' });
  }
  const { performLogin } = await import('./steps.ts');
  return performLogin({
    connection,
    login,
    values,
    askCode: askCode(world, target),
    codeHint: hintCommand(hint`login ${named(declaration.name)}`, target),
    store: await world.store(),
    notice: world.notices.notice,
    found: (text) => world.found?.(text),
  });
}

/** Asks the user for a one-time code; undefined if that is not possible, or not for this server. */
export function askCode(
  { prompt }: Pick<ClientWorld, 'prompt'>,
  { declaration, server }: Pick<Target, 'declaration'> & { readonly server: Server },
): Attempt['askCode'] {
  if (!prompt || server.chosenBy === 'session') return undefined;
  return fromPrompt(prompt, declaration.title, server);
}

/** Whether a login is one request, for which nothing else is needed. */
function isPlain({ declaration }: Target, login: Credentials['login']): boolean {
  const { derive = {}, answer } = declaration;
  if (login.steps || answer.asks) return false;
  const codes = Object.entries(derive).filter(([, each]) => 'totp' in each);
  if (codes.length === 0) return true;
  const used = namesUsed(declaration, templatesInLogin(login));
  return !codes.some(([name]) => used.has(name));
}
