/** The world, handed in once: everything that a run reads from or writes to outside itself. */
import type { OnSignal } from './child/run.ts';
import type { Clock } from './clock.ts';
import type { Keychain } from './credentials/keychain/keychain.ts';
import type { Prompt } from './credentials/sources/prompt.ts';
import type { Directories } from './directories.ts';
import type { Send } from './http/message.ts';
import type { Sink, Source } from './terminal/streams.ts';

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
  /** A fresh random UUID. */
  readonly uuid: () => string;
  /** @throws AuthctlError `setting_missing` where there is no home directory */
  readonly directories: () => Directories;
  /** Loads the HTTP client with the first request. */
  readonly send: Send;
  /** Loads what talks to the OS keychain. */
  readonly keychain: (options: KeychainPatience) => Promise<Keychain>;
  readonly prompt: Prompt;
  readonly onSignal: OnSignal;
  /** The name of the parent process's executable, such as `fish`; undefined where it cannot be told. */
  readonly parentProcess: () => Promise<string | undefined>;
}
