/** What every part of the conversation works with. */
import type { Declaration } from '../declaration/declaration.ts';
import type { SendOptions } from '../http/message.ts';
import type { Run } from '../run.ts';
import type { Conversation } from '../terminal/conversing.ts';

/** The run, the providers that there are, and the terminal. */
export interface WizardContext {
  readonly run: Run;
  readonly providers: readonly Declaration[];
  /** Redacts: what a server or a source says may repeat a secret. */
  readonly talk: Conversation;
  /** For the draft, which has no secrets, but may have the same words. */
  readonly draftTalk: Conversation;
  readonly transport: SendOptions;
}
