/** One run of a command: the world, the options that every command has, and what it may say. */
import type { Context } from './context.ts';
import type { Redactor } from './secrets/redact.ts';
import type { Notices } from './terminal/notices.ts';

/** The options that stand before or after every command. */
export interface GlobalOptions {
  readonly profile: string;
  /** Whether -p named the profile, and not a variable or the default. */
  readonly profileGiven: boolean;
  readonly noInput: boolean;
  readonly noKeychain: boolean;
  readonly verbose: boolean;
}

/** What every command is handed. */
export interface Run {
  readonly context: Context;
  readonly options: GlobalOptions;
  readonly notices: Notices;
  readonly secrets: Redactor;
}
