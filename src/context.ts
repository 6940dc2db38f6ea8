/** The world, handed in once: everything that a run reads from or writes to outside itself. */
import type { Keychain } from './credentials/keychain.ts';
import type { Send } from './http/message.ts';

/** A stream that text is written to. */
export interface Sink {
  readonly isTTY: boolean;
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

/** The directories that the program keeps its files in. */
export interface Directories {
  /** Of `config.json`. */
  readonly config: string;
  /** Of the sessions. */
  readonly state: string;
}

/** The world of one run. Tests build their own. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh random UUID. */
  readonly uuid: () => string;
  /** @throws AuthctlError `setting_missing` where there is no home directory */
  readonly directories: () => Directories;
  /** Loads the HTTP client with the first request. */
  readonly send: Send;
  /** @param interactive whether it may wait for a person to unlock it */
  readonly keychain: (interactive: boolean) => Keychain;
  readonly prompt: Prompt;
  /** The name of the parent process's executable, such as `fish`; undefined where it cannot be told. */
  readonly parentProcess: () => string | undefined;
}
