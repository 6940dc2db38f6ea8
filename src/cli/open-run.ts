/** Opens a run: turns the global options and the context into what a command receives. */
import { join } from 'node:path';
import { createClient } from '../client/client.ts';
import type { LoggedIn } from '../client/logged-in.ts';
import type { TargetOptions } from '../client/target.ts';
import type { Step } from '../client/trial.ts';
import type { ClientWorld } from '../client/world.ts';
import { type Config, settingAt } from '../config/document.ts';
import { storeProvider } from '../config/store-names.ts';
import { isUsersOwn, readTrustedConfig, withoutCommands } from '../config/trust.ts';
import type { Context } from '../context.ts';
import { variableName } from '../declaration/names.ts';
import { configName } from '../directories.ts';
import { AuthctlError, endedBy } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Demo, Run } from '../run.ts';
import type { Redactor } from '../secrets/redact.ts';
import { isOfChosen } from '../session/chosen-store.ts';
import { isProfileName } from '../session/profile.ts';
import type { Store } from '../session/store.ts';
import type { ErrorFormat } from '../terminal/error.ts';
import { createNotices } from '../terminal/notices.ts';
import { besideProgress, isCi, progressOn } from './showing.ts';
import { isOn, type RawOptions, takesStdin, text } from './values.ts';

/** What a run is opened with. */
export interface RunParts {
  readonly context: Context;
  readonly secrets: Redactor;
  readonly errorFormat: ErrorFormat;
  /** The program's version. */
  readonly version: string;
}

/** @throws AuthctlError `usage` for an invalid profile name */
export function openRun(
  { context: plain, secrets, errorFormat, version }: RunParts,
  raw: RawOptions,
): Run {
  // A program that parses stderr as JSON expects nothing else there.
  const quiet = isOn(raw, 'quiet') || errorFormat === 'json';
  const progress = progressOn(plain, { quiet, noColor: raw['color'] === false });
  const context = besideProgress(plain, progress);
  const { env, uid, clock, uuid, stdin, stderr } = context;
  const given = text(raw, 'profile');
  const profile = given ?? (env['AUTHCTL_PROFILE'] || 'default');
  if (!isProfileName(profile)) {
    const by = given === undefined ? 'AUTHCTL_PROFILE' : '--profile';
    throw new AuthctlError('usage', `${by} takes letters, digits, dots, dashes and underscores`);
  }
  const notices = createNotices(stderr, secrets, {
    quiet,
    verbose: isOn(raw, 'verbose'),
  });
  const mayAsk = stderr.isTTY && !isCi(env) && raw['input'] !== false;
  // Of a stdin that is asked for a secret, no answer is expected: those come from the terminal.
  const interactive = mayAsk && (stdin.isTTY || (takesStdin(raw) && context.hasTerminal()));
  const configPath = () => join(context.directories().config, configName);
  const config = once(() => loadConfig(configPath, uid, notices));
  const configVariable = once(() =>
    isUsersOwn(configPath(), uid) ? undefined : variableOfConfig(context),
  );
  const isOff = raw['store'] === false;
  const hasFleet = once(() => !isOff && isShared(env, config));
  const fleet = once(async () => {
    if (!hasFleet()) return undefined;
    const { openFleet } = await import('../fleet/open.ts');
    const { notice, detail } = notices;
    const keepSecret = secrets.add;
    const own = { env, clock, uuid, config, configVariable, keychain, keepSecret };
    return openFleet({ ...own, allowHttp: isOn(raw, 'allowHttp'), notice, detail });
  });
  const store = once(async () => {
    const local = await openStore(context, notices, secrets, version, isOff);
    return hasFleet() ? (await import('../fleet/open.ts')).frontOf(local, fleet) : local;
  });
  const keychain = async () => {
    const off = raw['keychain'] === false || env['AUTHCTL_NO_KEYCHAIN'] === '1';
    if (off) return (await import('../credentials/keychain/client.ts')).offKeychain;
    const waiting = 'waiting for the keychain, which may have to be unlocked (Ctrl-C to give up)';
    return context.keychain({ interactive, onWaiting: () => notices.noticeOnce(waiting) });
  };
  const prompt = interactive ? context.prompt : undefined;
  const parts = { env, uid, clock, uuid, stdin, secrets, notices, progress };
  const world = { ...parts, config, configVariable, store, keychain, prompt };
  const clientWorld = { ...world, send: context.send };
  const offerToKeep = async ({ accepted }: LoggedIn) => {
    const isAsked = [...(accepted?.values.values() ?? [])].some(
      ({ origin }) => origin === 'the prompt',
    );
    if (!accepted || !isAsked || !prompt || raw['store'] === false) return;
    const offer = await import('../credentials/offer.ts');
    const { notice } = notices;
    await offer.offerToKeep({ keychain, config, configPath, context, prompt, notice }, accepted);
  };
  return {
    context,
    profile,
    profileGiven: given !== undefined,
    notices,
    secrets,
    interruptible: (work) => interruptible(context, work),
    client: createClient(clientWorld),
    trial: (options, demo, onAnswer) => trial(clientWorld, options, demo, onAnswer),
    configPath,
    config,
    store,
    fleet,
    keychain,
    offerToKeep,
    interactive,
  };
}

/** Whether a shared store is configured. A config that is broken is reported by what needs it. */
function isShared(env: Context['env'], config: () => Config): boolean {
  if (env['AUTHCTL_STORE']) return true;
  try {
    return settingAt(config(), { provider: storeProvider, name: 'url' }) !== undefined;
  } catch {
    return false;
  }
}

/** Tries a provider with a store of its own. */
async function* trial(
  world: ClientWorld,
  options: TargetOptions,
  demo: Demo | undefined,
  onAnswer?: (response: Response) => void,
): AsyncGenerator<Step> {
  const { memoryStore } = await import('../store/memory.ts');
  const store = memoryStore();
  const own = { ...world, store: async () => store };
  const client = createClient(demo ? { ...own, ...(await demoWorld(options, demo)) } : own);
  const { baseUrl } = demo ?? {};
  const server = baseUrl === undefined ? options.server : { baseUrl, allowHttp: false };
  const flags = demo ? demoCodes(options, demo) : options.flags;
  yield* await client.trial(await client.target({ ...options, server, flags }), onAnswer);
}

/** The one-time codes of the demo, which have no variables. */
function demoCodes({ declaration }: TargetOptions, { credentials }: Demo): TargetOptions['flags'] {
  const codes = declaration.fields.filter(({ once }) => once);
  return new Map(
    codes.flatMap(({ name }) => {
      const value = credentials.get(name);
      return value === undefined ? [] : [[name, { value }] as const];
    }),
  );
}

/** None of the user's own settings, and the credentials of the first login. */
async function demoWorld({ declaration }: TargetOptions, { credentials }: Demo) {
  const { offKeychain } = await import('../credentials/keychain/client.ts');
  const { name, login } = declaration;
  const fields = login[0]?.fields ?? [];
  const values = [...credentials].filter(([field]) => fields.includes(field));
  return {
    env: Object.fromEntries(values.map(([field, value]) => [variableName(name, field), value])),
    config: () => ({ path: configName, settings: {} }),
    keychain: async () => offKeychain,
    prompt: undefined,
  };
}

/** The variable that chose the place of the config. */
function variableOfConfig({ env, platform }: Context): string {
  if (env['AUTHCTL_CONFIG_DIR']) return 'AUTHCTL_CONFIG_DIR';
  if (platform === 'win32') return env['APPDATA'] ? 'APPDATA' : 'USERPROFILE';
  return env['XDG_CONFIG_HOME'] ? 'XDG_CONFIG_HOME' : 'HOME';
}

/** Without a home directory the config is empty: a token can be obtained all the same. */
function loadConfig(
  configPath: () => string,
  uid: number | undefined,
  { notice }: Run['notices'],
): Config {
  let path: string;
  try {
    path = configPath();
  } catch {
    return { path: configName, settings: {} };
  }
  const config = readTrustedConfig(path, uid);
  const plain = withoutCommands(config);
  if (plain === config || isUsersOwn(path, uid)) return config;
  notice(
    `notice: the commands of the config file ${path} are ignored: a variable chose it, and it is in a checkout, or neither in your home directory nor owned by root`,
  );
  return plain;
}

/** A store that saves nothing with --no-store, and if there is no state directory to be trusted. */
async function openStore(
  context: Context,
  { notice, detail }: Run['notices'],
  secrets: Run['secrets'],
  version: string,
  off: boolean,
): Promise<Store> {
  if (off) return (await import('../store/none.ts')).noStore;
  let state: string;
  try {
    state = context.directories().state;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    return (await import('../store/none.ts')).unusableStore(reason, notice);
  }
  const { fileStore, stateProblem } = await import('../store/file/store.ts');
  const { uid, pid, isAlive, clock } = context;
  const problem = await stateProblem(state, uid);
  if (problem !== undefined) {
    return (await import('../store/none.ts')).unusableStore(problem, notice);
  }
  const store = fileStore({ state, uid, pid, isAlive, clock, version, detail });
  return {
    ...store,
    // A server may echo an earlier token.
    read: async (key) => {
      const session = await store.read(key);
      const { accessToken, refreshToken } = session?.tokenSet ?? {};
      for (const token of [accessToken, refreshToken]) if (token !== undefined) secrets.add(token);
      return session && isOfChosen(session, context.env) ? session : undefined;
    },
  };
}

async function interruptible<T>(
  { onSignal }: Context,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let stop = () => {};
  const signalled = new Promise<never>((_, reject) => {
    stop = onSignal((signal) => {
      const error = endedBy(signal);
      controller.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([work(controller.signal), signalled]);
  } finally {
    stop();
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
