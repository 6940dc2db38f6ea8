/** Asks the server whether it takes a token, without renewing it. */
import type { Server } from '../credentials/gate.ts';
import { hintCommand } from '../credentials/hint.ts';
import { requireAccepted } from '../declaration/checked.ts';
import type { Declaration, Verify } from '../declaration/declaration.ts';
import { formsOf } from '../declaration/use.ts';
import { templatesInVerify } from '../declaration/uses.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import type { Session } from '../session/session.ts';
import { noteInvisible, prepareValues } from './credentials.ts';
import { askAbout, type Connection, connect, type Outgoing, shown } from './exchange.ts';
import { saveSession } from './save-session.ts';
import { environmentAt, isNamed } from './server.ts';
import { sessionMissing } from './session-missing.ts';
import { noteServerOfSession, serverForGiven, serverOfSession, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** A token, and how to check it. */
interface TokenCheck {
  readonly verify: Verify;
  readonly baseUrl: string;
  readonly values: ReadonlyMap<string, string>;
  /** The stored session, if the token is its. */
  readonly session?: Session;
  /** What cannot be seen in a token that was given. */
  readonly unseen?: string;
}

/** A token that the server takes. */
export interface Accepted {
  readonly baseUrl: string;
  /** How the header carries it; absent without a header. */
  readonly form?: string;
}

/**
 * Checks a token, in each form that the declaration allows.
 *
 * @param given the token; by default the stored session's
 * @returns where it was asked, and the form of the header in which the server takes the token
 * @throws AuthctlError `refused` if the server takes none, `session_missing`, `usage` if the provider
 *   has no such check, `bad_answer` if the response is inconclusive
 */
export async function verify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<Accepted> {
  const tokenCheck = await prepareCheck(world, target, given);
  const { session, baseUrl } = tokenCheck;
  const connection = connect(world, target, baseUrl);
  const { name, use } = target.declaration;
  let refusal: AuthctlError | undefined;
  // A bare request carries the token in its own way.
  for (const form of tokenCheck.verify.bare ? [undefined] : formsOf(use)) {
    try {
      await check(connection, tokenCheck, form);
      if (session) await noteUse(world, target, session);
      return { baseUrl, ...(form !== undefined && { form }) };
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
      refusal ??= error;
    }
  }
  const login = hintCommand(hint`login ${named(name)}`, target);
  const { unseen } = tokenCheck;
  throw refusal?.with({
    provider: name,
    hint: unseen === undefined ? login : hint`check ${named(unseen)}; or ${login}`,
  });
}

/** The request that `verify` would send first, with the token replaced by `***`. @throws as `verify` */
export async function previewVerify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<Request> {
  const tokenCheck = await prepareCheck(world, target, given);
  const [form] = formsOf(target.declaration.use);
  return shown(world, target, tokenCheck.baseUrl, outgoing(tokenCheck, form));
}

/** The provider's check of a token. @throws AuthctlError `usage` if it has none */
export function requireVerify({ name, title, verify }: Declaration): Verify {
  if (verify) return verify;
  throw new AuthctlError('usage', `${title} has no check for a token`, {
    provider: name,
    hint: 'authctl status',
  });
}

/**
 * Whether the server still takes a session's token. What goes wrong counts as no.
 *
 * @param remaining milliseconds that it may take
 */
export async function stillTakes(
  world: ClientWorld,
  target: Target,
  session: Session,
  remaining: number,
): Promise<boolean> {
  const tokenCheck = await checkOf(world, target, serverOfSession(target, session.key), session);
  const connection = connect(world, target, tokenCheck.baseUrl, remaining);
  try {
    await check(connection, tokenCheck, formsOf(target.declaration.use)[0]);
    return true;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    world.notices.detail(`the token that was not used for a while is not taken: ${error.message}`);
    return false;
  }
}

async function prepareCheck(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<TokenCheck> {
  const { declaration, server, selector } = target;
  requireVerify(declaration);
  const store = await world.store();
  const known = await findSession(store, selector);
  const session =
    given === undefined && store.together
      ? await (await import('./read-shared.ts')).lookShared(world, target, known)
      : known;
  if (given === undefined) {
    if (!session) throw sessionMissing(target);
    const place = isNamed(server) ? server : serverOfSession(target, session.key);
    noteServerOfSession(world, target, session.key);
    return checkOf(world, target, place, session);
  }
  world.secrets.add(given);
  const place = serverForGiven(world, target, session?.key, 'the token from stdin');
  const unseen = noteInvisible(world, 'token', { value: given, origin: 'stdin' });
  const tokenCheck = await checkOf(world, target, place, undefined, new Map([['token', given]]));
  return { ...tokenCheck, ...(unseen !== undefined && { unseen }) };
}

async function checkOf(
  world: ClientWorld,
  target: Target,
  server: Server,
  session?: Session,
  given?: ReadonlyMap<string, string>,
): Promise<TokenCheck> {
  const { declaration } = target;
  const verify = requireVerify(declaration);
  const values = await prepareValues(world, target, {
    server,
    templates: templatesInVerify(declaration),
    session,
    ...(given && { given }),
  });
  // What asks the login's server about a token, such as introspection, is bare.
  const baseUrl = verify.bare ? server.url : apiUrl(target, server);
  return { verify, baseUrl, values, ...(session && { session }) };
}

/** Where the API is: `apiUrl` of the environment, unless an option names another place. */
function apiUrl({ outline, apiUrl: given }: Target, { url }: Server): string {
  return given ?? environmentAt(outline, url)?.apiUrl?.replace(/\/+$/, '') ?? url;
}

/** @throws AuthctlError `refused`, `bad_answer`, and whatever `send` throws */
async function check(
  connection: Connection,
  tokenCheck: TokenCheck,
  form: string | undefined,
): Promise<void> {
  await askAbout(connection, outgoing(tokenCheck, form), (read) =>
    requireAccepted(connection.declaration, tokenCheck.verify, read),
  );
}

function outgoing({ verify, values }: TokenCheck, form: string | undefined): Outgoing {
  return { template: verify.request, values, ...(!verify.bare && { use: { form } }) };
}

/** The check was a use of the token, which may keep it alive. */
async function noteUse(world: ClientWorld, target: Target, session: Session): Promise<void> {
  const { key, tokenSet } = session;
  if (tokenSet.idle === undefined) return;
  await saveSession(world, target, { key, tokenSet: { ...tokenSet, usedAt: world.clock.now() } });
}
