/** What a client depends on, injected once: it reads nothing from the process itself. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/document.ts';
import type { Keychain } from '../credentials/keychain/keychain.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import type { Typed } from '../credentials/sources/flag.ts';
import type { Prompt } from '../credentials/sources/prompt.ts';
import type { Send } from '../http/message.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Store } from '../session/store.ts';
import type { Notices } from '../terminal/notices.ts';
import type { Progress } from '../terminal/progress.ts';

/** The dependencies of a client. */
export interface ClientWorld {
  readonly env: Environment;
  /** The user ID; undefined if files have no owner. */
  readonly uid: number | undefined;
  readonly clock: Clock;
  /** A fresh random UUID. */
  readonly uuid: () => string;
  readonly send: Send;
  /** Read only if a flag says that a credential comes from it. */
  readonly stdin: Typed;
  /** Opened on first use. */
  readonly store: () => Promise<Store>;
  /** Read once, on first use. @throws AuthctlError `config_broken` */
  readonly config: () => Config;
  /** The variable that chose a config which is not the user's own; undefined if it is. */
  readonly configVariable: () => string | undefined;
  readonly keychain: () => Promise<Keychain>;
  /** Undefined if the user may not be prompted. */
  readonly prompt: Prompt | undefined;
  /** Collects all secrets, and redacts them in messages. */
  readonly secrets: Redactor;
  readonly notices: Notices;
  /** Says what is waited for. */
  readonly progress: Progress;
  /** Told in words what was found in the answer of a step that came last. */
  readonly found?: (text: string) => void;
}
