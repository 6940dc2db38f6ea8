/** The requests that a command would send, with secrets replaced by `***`. */

import type { Declaration, Login } from '../declaration/declaration.ts';
import { jwtOf } from '../declaration/derive.ts';
import { stepValues } from '../declaration/kept.ts';
import type { Shown } from '../declaration/shown.ts';
import { jwtParts } from '../declaration/sign.ts';
import { placeholdersIn } from '../declaration/template.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { loginStages, templatesInLogin } from '../declaration/uses.ts';
import { requestValues } from '../declaration/values.ts';
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import { prepareLogin } from './credentials.ts';
import { shown } from './exchange.ts';
import { findRefreshToken, prepareRefresh, refreshTokenField } from './renew.ts';
import { type Target, withServer } from './target.ts';
import { placedForLogin, wayToToken } from './token.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/** @throws AuthctlError as `login` before it sends anything, `credential_unsendable` too */
export async function previewLogin(
  world: ClientWorld,
  unplaced: Target,
): Promise<readonly Shown[]> {
  const target = await withServer(world, unplaced);
  const { server } = target;
  const { credentials, values } = await prepareLogin(world, target, server);
  const { login } = credentials;
  if (login.mint !== undefined) return [previewMint(world, target, server.url, login.mint, values)];
  const stages = loginStages(login);
  const all = new Map([...stepPlaceholders(target.declaration, login), ...values]);
  return stages.map(({ request: template, when }, index) => {
    const only = when ? ', if the answer before asks for it' : '';
    return {
      request: shown(world, target, server.url, { template, values: all }),
      ...(stages.length > 1 && { title: `step ${index + 1} of ${stages.length}${only}` }),
    };
  });
}

/** What stands for the values that steps keep: they are known only from the answers. */
function stepPlaceholders(
  declaration: Declaration,
  login: Login,
): readonly (readonly [string, string])[] {
  const filters = new Map(
    templatesInLogin(login)
      .flatMap(({ template }) => placeholdersIn(template))
      .map(({ name, filter }) => [name, filter]),
  );
  const typed: Readonly<Record<string, string>> = { number: '0', boolean: 'true' };
  return stepValues({ answer: declaration.answer, login: [login] }).map(({ name }) => [
    name,
    typed[filters.get(name) ?? ''] ?? `(${name})`,
  ]);
}

function previewMint(
  world: ClientWorld,
  { declaration }: Target,
  baseUrl: string,
  name: string,
  values: ReadonlyMap<string, string>,
): Shown {
  const { uuid, clock, secrets } = world;
  const given = { values, uuid, now: clock.now(), baseUrl, keepSecret: secrets.add };
  // For its errors.
  requestValues(declaration, given)(name);
  const jwt = jwtOf(declaration, name);
  if (!jwt) throw new Error(`there is no JWT ${name}`);
  const masked = requestValues(declaration, { ...given, masked: true });
  return { title: 'signed here, and not sent', jwt: jwtParts(jwt, masked, given.now) };
}

/**
 * The first requests that `token` would send.
 *
 * @returns undefined if the stored token is good
 * @throws AuthctlError as `token` before it sends anything
 */
export async function previewToken(
  world: ClientWorld,
  target: Target,
  { isGood, rejected = false }: Pick<TokenOptions, 'isGood' | 'rejected'>,
): Promise<readonly Shown[] | undefined> {
  const known = await findSession(await world.store(), target.selector);
  const usable = {
    isRejected: () => rejected,
    isGood: (tokenSet: TokenSet) => !rejected && isGood(tokenSet),
  };
  const way = wayToToken(target, known, usable, world.clock.now());
  if (way === 'store') return undefined;
  if (way === 'refresh') return [{ request: await previewRenew(world, target) }];
  return previewLogin(world, await placedForLogin(world, target));
}

/** @throws AuthctlError as `renew` before it sends anything */
export async function previewRenew(world: ClientWorld, target: Target): Promise<Request> {
  const { token, server, session } = await findRefreshToken(world, target);
  const given = new Map([[refreshTokenField, token]]);
  const outgoing = await prepareRefresh(world, target, { server, session, given });
  return shown(world, target, server.url, outgoing);
}
