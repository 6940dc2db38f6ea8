/** One run of a command: the world, what every command can do with it, and what it may say. */
import type { Client } from './client/client.ts';
import type { Config } from './config/document.ts';
import type { Context } from './context.ts';
import type { Keychain } from './credentials/keychain/keychain.ts';
import type { Redactor } from './secrets/redact.ts';
import type { Store } from './session/store.ts';
import type { Notices } from './terminal/notices.ts';

/** What every command is handed. */
export interface Run {
  readonly context: Context;
  readonly profile: string;
  /** Whether the command line named the profile, and not a variable or the default. */
  readonly profileGiven: boolean;
  readonly notices: Notices;
  readonly secrets: Redactor;
  readonly client: Client;
  /** The path of the config file, whether or not it is there. @throws AuthctlError `setting_missing` */
  readonly configPath: () => string;
  /** Read with the first use, and once; without a home it is empty. @throws AuthctlError `config_broken` */
  readonly config: () => Config;
  readonly store: () => Promise<Store>;
  /** The keychain of the system, unless it is switched off. */
  readonly keychain: () => Promise<Keychain>;
  /** Whether a person may be asked. */
  readonly interactive: boolean;
  /**
   * Ends the work where a signal comes.
   *
   * @throws AuthctlError `interrupted`, `terminated`
   */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}
