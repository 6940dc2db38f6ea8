/** Resolves the target of a command, once: provider, profile, server, account, and sources of credentials. */
import { baseUrlSetting, serversIn } from '../config/read.ts';
import type { Server } from '../credentials/gate.ts';
import { atHand, type Sources, valueAtHand } from '../credentials/precedence.ts';
import { loginsForFlags } from '../credentials/resolve.ts';
import { namesFiles } from '../credentials/sources/environment.ts';
import { type Flags, type Given, readGiven } from '../credentials/sources/flag.ts';
import { fromPrompt } from '../credentials/sources/prompt.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField, variableName } from '../declaration/names.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { type Outline, outlineOf } from '../declaration/outline.ts';
import { hostFields } from '../declaration/uses.ts';
import { AuthctlError } from '../errors.ts';
import { isLoopback } from '../http/base-url.ts';
import type { SendOptions } from '../http/message.ts';
import { accountOf } from '../session/account.ts';
import type { SessionKey } from '../session/key.ts';
import { namedAccount, type Selector } from '../session/selector.ts';
import {
  baseUrlMissing,
  type HostValue,
  isDeclared,
  isNamed,
  lackingFields,
  normalise,
  resolveServer,
  type ServerFlags,
  sessionServerNotice,
  settingServer,
} from './server.ts';
import type { ClientWorld } from './world.ts';

/** The options that determine a target. */
export interface TargetOptions {
  readonly declaration: Declaration;
  readonly profile: string;
  /** Whether the command line named the profile, rather than a variable or the default. */
  readonly profileGiven: boolean;
  readonly server: ServerFlags;
  /** --api-url: where the API is, in place of the environment's `apiUrl`. */
  readonly apiUrl?: string;
  /** How the server is reached. */
  readonly transport: SendOptions;
  /** The flags of each field. */
  readonly flags: ReadonlyMap<string, Flags>;
  /** What the names of the flags begin with, where a command has several providers. */
  readonly flagPrefix?: string;
}

/** The target of a command. */
export interface Target {
  readonly declaration: Declaration;
  readonly outline: Outline;
  readonly profile: string;
  readonly profileGiven: boolean;
  /** Undefined if nothing chooses it: then the stored session's server is used. */
  readonly server: Server | undefined;
  /** Selects the stored session. */
  readonly selector: Selector;
  /** Where the API is, if an option says so. */
  readonly apiUrl?: string;
  readonly sources: Sources;
  readonly transport: SendOptions;
}

/** Where a command's credentials come from, and the server that they are for. */
export type Place = Pick<Target, 'outline' | 'server' | 'sources'>;

/**
 * Resolves the server, and reads the credentials that flags give.
 *
 * @throws AuthctlError `usage`, `base_url_refused`, `config_broken`
 */
export async function resolvePlace(world: ClientWorld, options: TargetOptions): Promise<Place> {
  const { declaration, profile, profileGiven, server: serverFlags, flags } = options;
  const { flagPrefix } = options;
  if (profileGiven) noteServerVariables(world, declaration.name, serverFlags, profile);
  const outline = outlineOf(declaration);
  const { env, clock } = world;
  const config = world.config();
  const setting = baseUrlSetting(config, declaration.name, profile);
  const resolve = (given: Sources['given'], files?: Sources['files']) => {
    const read = { ...(files && { files }) };
    const named = { provider: declaration.name, profile, flagPrefix };
    const sources: Sources = { ...named, env, config, given, ...read };
    const hostValue = hostValueFrom(declaration, sources);
    const chosen = { ...serverFlags, env, setting, hostValue, suggest };
    const server = asChosen(world, resolveServer(outline, chosen));
    return { outline, server, sources };
  };
  // For its errors, before reading stdin, which may take a while.
  if (hostFields(declaration).length === 0) resolve(new Map());
  const limit = { clock, timeout: options.transport.timeout };
  const given = await readGiven(flags, world.stdin, { ...limit, flagPrefix });
  noteGiven(world, declaration, given);
  return resolve(given, await filesOf(world, declaration, given, limit));
}

async function filesOf(
  { env, secrets }: ClientWorld,
  declaration: Declaration,
  given: Sources['given'],
  limit: Parameters<typeof readGiven>[2],
): Promise<Sources['files']> {
  if (!namesFiles(env, declaration)) return undefined;
  const { fromEnvironmentFiles } = await import('../credentials/sources/environment-file.ts');
  const files = await fromEnvironmentFiles(env, declaration, given, limit);
  for (const each of [...files.values()].flat()) if ('value' in each) secrets.add(each.value);
  return files;
}

/** Looks up the fields in the host of an environment. */
function hostValueFrom(declaration: Declaration, sources: Sources) {
  return (name: string): HostValue | undefined => {
    const field = findField(declaration, name);
    const found = field && atHand(sources, field);
    if (!found) return undefined;
    const { value, kind, origin } = found;
    return { value, ...(kind === 'environment' && { variable: origin }) };
  };
}

/**
 * Resolves the whole target: server, sources of credentials, and the selector of its session.
 *
 * @throws AuthctlError `usage`, `base_url_refused`, `config_broken`
 */
export async function resolveTarget(world: ClientWorld, options: TargetOptions): Promise<Target> {
  const { declaration, profile, profileGiven, transport } = options;
  const place = await resolvePlace(world, options);
  const { outline, server, sources } = place;
  const login = loginsForFlags(declaration, sources.given);
  const possible = outlineOf({ ...declaration, login: [...login] }).login;
  const origin = await originOfSession(world, options, place);
  const scoped = origin === undefined ? sources : sourcesFor(declaration, sources, origin);
  const account = namedAccount({ ...outline, login: possible }, (field) =>
    valueAtHand(scoped, field),
  );
  const where = {
    provider: declaration.name,
    profile,
    ...(isNamed(server) && { baseUrl: server.url }),
  };
  const selector =
    'secrets' in account
      ? { ...where, account: await accountOfSecrets(world, account.secrets) }
      : { ...where, ...account };
  const { apiUrl } = options;
  const api =
    apiUrl === undefined ? {} : { apiUrl: normalise(apiUrl, transport.allowHttp === true).url };
  return { ...place, ...api, declaration, profile, profileGiven, selector, transport };
}

/** The origin of the server that a command means: where nothing chooses it, that of the current session. */
async function originOfSession(
  world: ClientWorld,
  { declaration: { name }, profile }: TargetOptions,
  { server }: Place,
): Promise<string | undefined> {
  if (isNamed(server) || serversIn(world.config(), name, profile).length === 0) {
    return server?.origin;
  }
  const latest = await (await world.store()).latest(name, profile);
  return latest ? new URL(latest.baseUrl).origin : server?.origin;
}

/** The sources of credentials for a server: the config may have other settings for each. */
export function sourcesFor(declaration: Declaration, sources: Sources, origin: string): Sources {
  const { config, provider, profile } = sources;
  if (!config) return sources;
  const setting = baseUrlSetting(config, provider, profile);
  const hostValue = hostValueFrom(declaration, sources);
  const server = settingServer(declaration, origin, { setting, hostValue });
  return { ...sources, server };
}

/** A config that a variable chose gives its server no more authority than the variable has. */
function asChosen(
  { configVariable }: Pick<ClientWorld, 'configVariable'>,
  server: Server | undefined,
): Server | undefined {
  const variable = server?.chosenBy === 'config' ? configVariable() : undefined;
  return server && variable !== undefined ? { ...server, chosenBy: 'variable', variable } : server;
}

/** Adds the flags' secrets to the redactor, with a notice for one that the process list shows. */
function noteGiven(
  { secrets, notices }: ClientWorld,
  declaration: Declaration,
  given: ReadonlyMap<string, Given>,
): void {
  for (const [field, { value, exposed, origin }] of given) {
    // A value that does not belong to a field, such as a refresh token, is a secret too.
    const { secret = true, once = false } = findField(declaration, field) ?? {};
    if (!secret) continue;
    secrets.add(value);
    // A one-time code is of no use any more once it can be seen.
    if (!exposed || once) continue;
    notices.noticeOnce(
      `notice: ${origin} shows the secret in the process list; ${origin}-stdin, ${origin}-file and ${variableName(declaration.name, field)} do not`,
    );
  }
}

function noteServerVariables(
  world: ClientWorld,
  provider: string,
  { baseUrl, environment }: ServerFlags,
  profile: string,
): void {
  if (baseUrl !== undefined || environment !== undefined) return;
  for (const name of ['base_url', 'environment']) {
    const variable = variableName(provider, name);
    if (world.env[variable]) noteOverride(world, variable, profile);
  }
}

/** Prints a notice that a variable takes precedence over the profile that was named. */
export function noteOverride({ notices }: ClientWorld, variable: string, profile: string): void {
  notices.noticeOnce(`notice: ${variable} takes precedence over the profile ${profile}`);
}

async function accountOfSecrets(
  world: ClientWorld,
  secrets: readonly { readonly name: string; readonly value: string }[],
) {
  const store = await world.store();
  const fields = secrets.map((each) => ({ ...each, secret: true }));
  return accountOf(fields, await store.fingerprintKey());
}

/**
 * The server for a token that was given by a flag or variable: the one that the command, a variable, the
 * config or the declaration names, never one that only an earlier session names.
 *
 * @param known the key of the stored session that the command selects
 * @param origin where the token comes from, for the message
 * @throws AuthctlError `base_url_missing`
 */
export function serverForGiven(
  world: Pick<ClientWorld, 'notices'>,
  { declaration, outline, server }: Pick<Target, 'declaration' | 'outline' | 'server'>,
  known: SessionKey | undefined,
  origin: string,
): Server {
  if (isNamed(server)) {
    noteVariableServer(world, outline, server, origin);
    return server;
  }
  if (known && known.baseUrl !== server?.url) {
    const message = `${origin} is not sent to ${known.baseUrl}, a server known only from the last session`;
    throw new AuthctlError('base_url_missing', message, {
      provider: declaration.name,
      hint: 'name the server with --base-url or in the config',
    });
  }
  if (server) return server;
  throw baseUrlMissing(declaration);
}

/**
 * The server of a stored session: the one that the command names, if it is the same.
 *
 * @param key of the session
 */
export function serverOfSession({ server }: Pick<Target, 'server'>, key: SessionKey): Server {
  if (isNamed(server) || server?.url === key.baseUrl) return server;
  return { url: key.baseUrl, origin: new URL(key.baseUrl).origin, chosenBy: 'session' };
}

/**
 * A target with a server, and with the fields in its host: the user is asked for them.
 *
 * @throws AuthctlError `base_url_missing`, `credential_missing`
 */
export async function withServer(
  world: ClientWorld,
  target: Target,
): Promise<Target & { readonly server: Server }> {
  const { declaration, server, sources, outline } = target;
  if (server) return { ...target, server };
  const lacking = lackingFields(outline, { hostValue: hostValueFrom(declaration, sources) });
  const [environment] = declaration.environments ?? [];
  if (lacking.length === 0 || !world.prompt || !environment) {
    const { serverMissing } = await import('./missing-server.ts');
    throw await serverMissing(world, target, lacking);
  }
  const ask = fromPrompt(world.prompt, declaration.title, { url: environment.baseUrl });
  const given = new Map(sources.given);
  for (const name of lacking) {
    const field = findField(declaration, name);
    const value = field && (await ask(field));
    if (value !== undefined) given.set(name, { value, origin: 'the prompt', exposed: false });
  }
  const asked = { ...sources, given };
  const { env } = world;
  const resolved = resolveServer(outline, {
    ...{ env, setting: undefined, baseUrl: undefined, environment: environment.name },
    allowHttp: target.transport.allowHttp === true,
    hostValue: hostValueFrom(declaration, asked),
  });
  if (!resolved) throw baseUrlMissing(declaration, lacking);
  return { ...target, sources: asked, server: { ...resolved, chosenBy: 'declaration' } };
}

function suggest(word: string, known: readonly string[]): string {
  return didYouMean(nearest(word, known));
}

/**
 * Prints a notice of a secret that a flag gave, if it goes to a server of a variable's choice which is none
 * of the provider's own: the variable may be a project's.
 *
 * @param origin where the secret comes from, such as `--password-stdin`
 */
export function noteVariableServer(
  { notices }: Pick<ClientWorld, 'notices'>,
  outline: Outline,
  { url, variable }: Server,
  origin: string,
): void {
  // Of a server on this machine, another notice says more.
  if (variable === undefined || isDeclared(outline, url)) return;
  if (isLoopback(new URL(url).hostname)) return;
  notices.noticeOnce(`notice: ${origin} is sent to ${url}, which ${variable} chose`);
}

/** Prints a notice of a stored token's server if only its session names that server. */
export function noteServerOfSession(
  { notices }: ClientWorld,
  { outline, server }: Pick<Target, 'outline' | 'server'>,
  { baseUrl }: SessionKey,
): void {
  if (isNamed(server) || isDeclared(outline, baseUrl)) return;
  notices.noticeOnce(sessionServerNotice(baseUrl));
}
