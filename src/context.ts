/** The process's surroundings, injected once: everything outside itself that a run reads or writes. */
import type { Inherited } from './child/descriptors.ts';
import type { OnSignal } from './child/run.ts';
import type { SignalGroup } from './child/shell-line.ts';
import type { Clock } from './clock.ts';
import type { Keychain } from './credentials/keychain/keychain.ts';
import type { Prompt } from './credentials/sources/prompt.ts';
import type { Directories } from './directories.ts';
import type { Send } from './http/message.ts';
import type { Conversation } from './terminal/conversing.ts';
import type { Sink, Source } from './terminal/streams.ts';

/** How long to wait for the keychain. */
export interface KeychainWait {
  /** Whether a user can unlock it: then there is no timeout. */
  readonly interactive: boolean;
  /** Called once the wait for the user has become noticeable. */
  readonly onWaiting: () => void;
}

/** How a conversation is held. */
export interface ConverseOptions {
  readonly colors: boolean;
  /** Ends the question that is being asked. */
  readonly signal: AbortSignal;
}

/** The surroundings of one run. Tests build their own. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The version of Node, or the one that the runtime stands in for. */
  readonly nodeVersion: string;
  /** The user ID; undefined if files have no owner (Windows). */
  readonly uid: number | undefined;
  /** The process ID. */
  readonly pid: number;
  /** Whether a process with this ID is running, as far as this process can see. */
  readonly isAlive: (pid: number) => boolean;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly clock: Clock;
  /** A fresh random UUID. */
  readonly uuid: () => string;
  /** @throws AuthctlError `setting_missing` if the home directory cannot be determined */
  readonly directories: () => Directories;
  /** Loads the HTTP client on the first request. */
  readonly send: Send;
  /** Loads the client of the OS keychain. */
  readonly keychain: (wait: KeychainWait) => Promise<Keychain>;
  /** Whether there is a terminal, even if the standard streams are none. */
  readonly hasTerminal: () => boolean;
  readonly prompt: Prompt;
  /** Begins a conversation on the terminal. */
  readonly converse: (options: ConverseOptions) => Promise<Conversation>;
  readonly onSignal: OnSignal;
  /**
   * Makes the process end by a signal once everything is done, so that a script around it stops too.
   *
   * @param typed whether the other processes at the terminal have not got it yet
   */
  readonly endBy: (signal: NodeJS.Signals, typed?: boolean) => void;
  /** The descriptors from 3 up that this process was given, if nothing else has been opened yet. */
  readonly inherited: () => Promise<Inherited>;
  /** One that has ended is no error. */
  readonly signalGroup: SignalGroup;
  /** The name of the parent process's executable, such as `fish`; undefined if it is unknown. */
  readonly parentProcess: () => Promise<string | undefined>;
}
