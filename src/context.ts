/** The world, handed in once: everything that a run reads from or writes to outside itself. */

import type { Clock } from './clock.ts';
import type { Keychain } from './credentials/keychain/keychain.ts';
import type { Directories } from './directories.ts';
import type { Send } from './http/message.ts';

/** A stream that text is written to. */
export interface Sink {
  readonly isTTY: boolean;
  /** The width of a terminal. */
  readonly columns?: number | undefined;
  /** Resolves when the text was handed over. Rejects where it cannot be (a full disk). */
  write(text: string): Promise<void>;
}

/** Standard input. */
export interface Source {
  readonly isTTY: boolean;
  /** All of it, to its end. */
  read(): Promise<Uint8Array>;
}

/** Asks the person at the terminal, on stderr. */
export interface Prompt {
  /** @throws AuthctlError `interrupted` on Ctrl-C */
  ask(label: string, options: { readonly secret: boolean }): Promise<string>;
}

/** How long the keychain may take. */
export interface KeychainPatience {
  /** Whether a person is there to unlock it: then it may take as long as that. */
  readonly interactive: boolean;
  /** Called when that wait has become noticeable. */
  readonly onWaiting: () => void;
}

/** The world of one run. Tests build their own. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where files have no owner (Windows). */
  readonly uid: number | undefined;
  /** The number of this process. */
  readonly pid: number;
  /** Whether there is a process of that number, as far as this one can see. */
  readonly isAlive: (pid: number) => boolean;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh random UUID. */
  readonly uuid: () => string;
  /** @throws AuthctlError `setting_missing` where there is no home directory */
  readonly directories: () => Directories;
  /** Loads the HTTP client with the first request. */
  readonly send: Send;
  /** Loads what talks to the OS keychain. */
  readonly keychain: (options: KeychainPatience) => Promise<Keychain>;
  readonly prompt: Prompt;
  /**
   * Calls back for each signal that asks us to end, or for those that are named; the result stops
   * that.
   */
  readonly onSignal: (
    callback: (signal: NodeJS.Signals) => void,
    signals?: readonly NodeJS.Signals[],
  ) => () => void;
  /** The name of the parent process's executable, such as `fish`; undefined where it cannot be told. */
  readonly parentProcess: () => Promise<string | undefined>;
}
