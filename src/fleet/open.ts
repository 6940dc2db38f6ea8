/** Opens the shared store that variables or the config name. Nothing is sent before it is needed. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/document.ts';
import type { Keychain } from '../credentials/keychain/keychain.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import { AuthctlError, hint } from '../errors.ts';
import { chosenStore } from '../session/chosen-store.ts';
import type { Store, Together } from '../session/store.ts';
import { type Connection, openConnection } from '../store/shared/connection.ts';
import { inFront } from '../store/shared/front.ts';
import { type KeyRing, parseKeyRing, secretsIn } from '../store/shared/key-ring.ts';
import { redisStore } from '../store/shared/redis.ts';
import { nameOf } from '../store/shared/seal.ts';
import type { SharedWorld } from '../store/shared/world.ts';
import { readGiven, readPassword } from './secrets.ts';
import { readSettings, requireSafeStore, type StoreSettings, storeVariable } from './settings.ts';

/** What opening depends on. */
export interface FleetWorld {
  readonly env: Environment;
  readonly clock: Clock;
  readonly uuid: () => string;
  readonly config: () => Config;
  /** The variable that chose the config's place, if that is not the user's own. */
  readonly configVariable: () => string | undefined;
  readonly keychain: () => Promise<Keychain>;
  readonly keepSecret: (secret: string) => void;
  /** Whether plain text may go to another machine. */
  readonly allowHttp: boolean;
  readonly notice: (text: string) => void;
  readonly detail: (text: string) => void;
}

/** A shared store, with what it was opened by. */
export interface Fleet {
  readonly settings: StoreSettings;
  readonly ring: KeyRing;
  readonly connection: Connection;
  readonly world: SharedWorld;
}

/**
 * Opens the store.
 *
 * @returns undefined if none is configured
 * @throws AuthctlError `usage`, `setting_missing`, `config_broken`; `base_url_refused` with the first command
 */
export async function openFleet(world: FleetWorld): Promise<Fleet | undefined> {
  const { env, clock, uuid, config, configVariable, allowHttp } = world;
  const { keepSecret, notice, detail } = world;
  const settings = readSettings({ env, config: config(), configVariable: configVariable() });
  if (!settings) return undefined;
  const { address, key, cacert, variable, lease, fallback } = settings;
  if (address.password !== undefined) world.keepSecret(address.password);
  const ring = await readRing(world, settings);
  const readsOnly = settings.role === 'reader' || ring.fingerprint === undefined;
  if (settings.role === 'renewer' && readsOnly) {
    throw new AuthctlError(
      'setting_missing',
      `a renewer needs the whole key, and ${key.from} has a reader's`,
      {
        hint: hint`authctl store status`,
      },
    );
  }
  const connection = openConnection({
    address,
    clock,
    permit: () => requireSafeStore(address, allowHttp),
    password: () => readPassword(world, settings),
    tls: async () => (await import('./tls.ts')).tlsOptions(env, cacert, clock),
  });
  // A store that a variable chose is another one, whatever the keys.
  const place = variable === undefined ? 'config' : address.shown;
  return {
    settings,
    ring,
    connection,
    world: {
      store: redisStore(connection, address),
      ring,
      id: nameOf(ring, 'store', place, []).slice(0, 8),
      readsOnly,
      ...(variable !== undefined && { variable }),
      ...(variable === storeVariable && { chosen: chosenStore(env) }),
      lease,
      fallback,
      clock,
      uuid,
      keepSecret,
      notice,
      detail,
    },
  };
}

async function readRing(world: FleetWorld, { key }: StoreSettings): Promise<KeyRing> {
  const text = await readGiven({ ...world, keepSecret: () => {} }, 'the key of the store', key);
  for (const secret of secretsIn(text)) world.keepSecret(secret);
  return parseKeyRing(text, key.from);
}

/**
 * This machine's store in front of the shared one. What is wrong with the settings of that is an error only
 * for a command that gets a token.
 *
 * @param open opens the shared store, if one is configured
 * @throws any error that is no AuthctlError
 */
export async function frontOf(
  local: Store,
  open: () => Promise<Fleet | undefined>,
): Promise<Store> {
  try {
    const fleet = await open();
    return fleet ? inFront(local, fleet.world) : local;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    return { ...local, together: misconfigured(error) };
  }
}

/** What machines would do together, if the settings were right. */
function misconfigured(error: AuthctlError): Together {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return {
    get readsOnly(): never {
      throw error;
    },
    isOwn: () => false,
    fly: fail,
    look: fail,
    end: fail,
    rest: () => {},
  };
}

/** The store that a command is about. @throws AuthctlError `setting_missing` if none is configured */
export function requireFleet(fleet: Fleet | undefined): Fleet {
  if (fleet) return fleet;
  throw new AuthctlError(
    'setting_missing',
    'no shared store is configured (AUTHCTL_STORE or store.url)',
    {
      hint: hint`authctl config set store.url`,
    },
  );
}
