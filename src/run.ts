/** The dependencies of a command: context, client, config, store, keychain and output. */
import type { Client } from './client/client.ts';
import type { LoggedIn } from './client/logged-in.ts';
import type { TargetOptions } from './client/target.ts';
import type { Step } from './client/trial.ts';
import type { Config } from './config/document.ts';
import type { Context } from './context.ts';
import type { Keychain } from './credentials/keychain/keychain.ts';
import type { Fleet } from './fleet/open.ts';
import type { Response } from './http/message.ts';
import type { Redactor } from './secrets/redact.ts';
import type { Store } from './session/store.ts';
import type { Notices } from './terminal/notices.ts';

/** A server that only a trial uses, and its credentials by field. */
export interface Demo {
  readonly baseUrl: string;
  readonly credentials: ReadonlyMap<string, string>;
}

/** What every command receives. */
export interface Run {
  readonly context: Context;
  readonly profile: string;
  /** Whether the command line named the profile, rather than a variable or the default. */
  readonly profileGiven: boolean;
  readonly notices: Notices;
  readonly secrets: Redactor;
  readonly client: Client;
  /** The path of the config file, whether or not it exists. @throws AuthctlError `setting_missing` */
  readonly configPath: () => string;
  /** Read once, on first use; empty without a home directory. @throws AuthctlError `config_broken` */
  readonly config: () => Config;
  readonly store: () => Promise<Store>;
  /** The store that is shared with other machines; undefined if none is configured. */
  readonly fleet: () => Promise<Fleet | undefined>;
  /** The OS keychain, or a disabled one if the user turned it off. */
  readonly keychain: () => Promise<Keychain>;
  /**
   * Tries a provider step by step. Nothing is stored.
   *
   * @param demo a server and credentials to use in place of the user's
   * @param onAnswer receives each answer as it came, with its secrets
   */
  readonly trial: (
    options: TargetOptions,
    demo?: Demo,
    onAnswer?: (response: Response) => void,
  ) => AsyncGenerator<Step>;
  /** Offers to store what the user was asked for, unless nothing is to be stored. */
  readonly offerToKeep: (obtained: LoggedIn) => Promise<void>;
  /** Whether the user may be prompted. */
  readonly interactive: boolean;
  /**
   * Aborts the work when a signal arrives.
   *
   * @throws AuthctlError `interrupted`, `terminated`
   */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}
