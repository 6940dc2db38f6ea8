/** Finds the credentials for a login or another request, and works out the key of a session. */
import { keychainAccounts } from '../config/document.ts';
import type { Server } from '../credentials/gate.ts';
import { invisibleIn } from '../credentials/invisible.ts';
import {
  type Credential,
  type Credentials,
  resolveCredentials,
  resolveFields,
  type Search,
} from '../credentials/resolve.ts';
import { readGiven } from '../credentials/sources/flag.ts';
import { fromPrompt, type Prompt } from '../credentials/sources/prompt.ts';
import type { Declaration, Field } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { isSpare, namesUsed, privateKeyFields, type TemplateAt } from '../declaration/uses.ts';
import { type AuthctlError, type Hint, hint, named } from '../errors.ts';
import { accountOf } from '../session/account.ts';
import type { SessionKey } from '../session/key.ts';
import type { Session } from '../session/session.ts';
import { keepTokens } from './keep-tokens.ts';
import { noteOverride, noteVariableServer, sourcesFor, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** Everything that a login needs. */
export interface PreparedLogin {
  readonly key: SessionKey;
  readonly credentials: Credentials;
  /** The values of the request's placeholders, by field. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Finds the credentials for a login at a server.
 *
 * @throws AuthctlError `credential_missing`, `credential_command_failed`, `usage`, `config_broken`
 */
export async function prepareLogin(
  world: ClientWorld,
  target: Target,
  server: Server,
): Promise<PreparedLogin> {
  const { declaration, profile } = target;
  const credentials = await resolveCredentials(searchFor(world, target, server));
  noteSources(world, target, server, credentials.values);
  const account = await accountOfCredentials(world, target, credentials);
  const key = { provider: declaration.name, profile, baseUrl: server.url, account };
  return { key, credentials, values: valuesOf(credentials.values) };
}

/** The hint for refused credentials: the source of each that was sent, and what cannot be seen in it. */
export function refusalHint({ values }: Credentials, { details }: AuthctlError): Hint {
  const { sent } = details;
  const refused = [...values].filter(([name]) => sent?.includes(name) ?? true);
  if (refused.length === 0) {
    return sent?.length === 0
      ? hint`no credentials were sent; check the base URL`
      : hint`check the one-time code`;
  }
  const described = refused.map(
    ([name, credential]) => unseen(name, credential) ?? `${name} from ${credential.origin}`,
  );
  return hint`check ${named(...described)}`;
}

type Sourced = Pick<Credential, 'value' | 'origin'>;

function unseen(name: string, { value, origin }: Sourced): string | undefined {
  const invisible = invisibleIn(value);
  return invisible === undefined ? undefined : `${name} from ${origin}, which ${invisible}`;
}

/**
 * Prints a notice of what cannot be seen in a value.
 *
 * @returns the value's name and source, and what cannot be seen in it, if there is anything
 */
export function noteInvisible(
  { notices }: Pick<ClientWorld, 'notices'>,
  name: string,
  sourced: Sourced,
): string | undefined {
  const words = unseen(name, sourced);
  if (words !== undefined) notices.noticeOnce(`notice: ${words.replace(', which', '')}`);
  return words;
}

/**
 * The values of the placeholders in templates that are sent for a session: its tokens, its account, and
 * the credentials that the templates name.
 *
 * @param given a token that takes the place of the session's
 * @param onFound receives the credentials among them, with their sources
 * @throws AuthctlError as `prepareLogin`
 */
export async function prepareValues(
  world: ClientWorld,
  target: Target,
  {
    server,
    templates,
    session,
    given,
    onFound,
  }: {
    readonly server: Server;
    readonly templates: readonly TemplateAt[];
    readonly session?: Session | undefined;
    readonly given?: ReadonlyMap<string, string>;
    readonly onFound?: ((found: ReadonlyMap<string, Credential>) => void) | undefined;
  },
): Promise<ReadonlyMap<string, string>> {
  const { declaration } = target;
  if (session) keepTokens(world.secrets, declaration, session.tokenSet);
  const values = new Map([...(session ? sessionValues(session) : []), ...(given ?? [])]);
  const used = namesUsed(declaration, templates);
  const wanted = declaration.fields.filter(({ name }) => used.has(name) && !values.has(name));
  if (wanted.length === 0) return values;
  const { values: found } = await resolveFields(searchFor(world, target, server), [
    {
      required: wanted.filter((field) => !isSpare(field)).map(({ name }) => name),
      spare: wanted.filter(isSpare).map(({ name }) => name),
    },
  ]);
  noteSources(world, target, server, found);
  onFound?.(found);
  return new Map([...values, ...valuesOf(found)]);
}

/** The values that a session has: tokens, kept values, and the fields of its account. */
export function sessionValues({ key: { account }, tokenSet }: Session): Map<string, string> {
  const { accessToken, refreshToken, kept = {} } = tokenSet;
  return new Map([
    ...('fields' in account ? Object.entries(account.fields) : []),
    ...Object.entries(kept),
    ['token', accessToken],
    ...(refreshToken === undefined ? [] : [['refresh_token', refreshToken] as const]),
  ]);
}

/** Where the credentials for a server are looked for. */
export function searchFor(world: ClientWorld, target: Target, server: Server): Search {
  const { env, clock, secrets, notices, prompt } = world;
  const { declaration, sources } = target;
  return {
    declaration,
    server,
    sources: sourcesFor(declaration, sources, server.origin),
    keychainAccounts: keychainAccounts(world.config()),
    runCommand: async (command, key) => {
      const { runCredentialCommand } = await import('../config/command.ts');
      return runCredentialCommand(command, { key, env, clock });
    },
    keychain: world.keychain,
    ask: prompt && askForFields({ prompt, env, clock }, declaration, server),
    keepSecret: secrets.add,
    detail: notices.detail,
  };
}

/** Asks for fields on the terminal: for a private key, where its file is. */
export function askForFields(
  { prompt, env, clock }: { readonly prompt: Prompt } & Pick<ClientWorld, 'env' | 'clock'>,
  declaration: Declaration,
  server: Pick<Server, 'url' | 'variable'>,
): (field: Field) => Promise<string> {
  const ask = fromPrompt(prompt, declaration.title, server);
  const privateKeys = privateKeyFields(declaration);
  return async (field) => {
    const { name, label } = field;
    if (!privateKeys.has(name)) return ask(field);
    const path = await ask({ ...field, label: `${label}, the path of its file`, secret: false });
    // As a shell does it.
    const file = path.replace(/^~(?=\/)/, env['HOME'] ?? '~');
    const given = await readGiven(
      new Map([[name, { file }]]),
      { read: async () => new Uint8Array() },
      {
        ...{ clock, timeout: 30_000 },
      },
    );
    return given.get(name)?.value ?? '';
  };
}

/** Says where values come from that the user may not expect, and where they go. */
function noteSources(
  world: ClientWorld,
  { declaration, outline, profile, profileGiven }: Target,
  server: Server,
  values: ReadonlyMap<string, Credential>,
): void {
  const privateKeys = privateKeyFields(declaration);
  for (const [name, credential] of values) {
    const { kind, origin } = credential;
    // Line breaks belong to a PEM.
    if (kind !== 'default' && !privateKeys.has(name)) noteInvisible(world, name, credential);
    if (kind === 'environment' && profileGiven) noteOverride(world, origin, profile);
    const isSecret = findField(declaration, name)?.secret === true;
    if (kind === 'flag' && isSecret) noteVariableServer(world, outline, server, origin);
  }
}

function valuesOf(credentials: ReadonlyMap<string, Credential>): Map<string, string> {
  return new Map([...credentials].map(([name, { value }]) => [name, value]));
}

async function accountOfCredentials(
  world: ClientWorld,
  { declaration }: Target,
  { values }: Credentials,
) {
  const fields = [...values].flatMap(([name, { value }]) => {
    const { secret = true, once = false } = findField(declaration, name) ?? {};
    return once ? [] : [{ name, value, secret }];
  });
  // The store's key is a file, which is only created if a fingerprint is needed.
  const key = fields.every(({ secret }) => secret)
    ? await (await world.store()).fingerprintKey()
    : new Uint8Array();
  return accountOf(fields, key);
}
