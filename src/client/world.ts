/** What a client works with, handed in once: nothing is read from the process. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/document.ts';
import type { Keychain } from '../credentials/keychain/keychain.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import type { Prompt } from '../credentials/sources/prompt.ts';
import type { Send } from '../http/message.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Store } from '../session/store.ts';
import type { Notices } from '../terminal/notices.ts';
import type { Source } from '../terminal/streams.ts';

/** The world of a client. */
export interface ClientWorld {
  readonly env: Environment;
  readonly clock: Clock;
  /** A fresh random UUID. */
  readonly uuid: () => string;
  readonly send: Send;
  /** Read where a credential is to come from it. */
  readonly stdin: Pick<Source, 'read'>;
  /** Opened with the first use. */
  readonly store: () => Promise<Store>;
  /** Read with the first use, and once. @throws AuthctlError `config_broken` */
  readonly config: () => Config;
  readonly keychain: () => Promise<Keychain>;
  /** Undefined where nobody may be asked. */
  readonly prompt: Prompt | undefined;
  /** Takes every secret that is met, and takes them out of what is said. */
  readonly secrets: Redactor;
  readonly notices: Notices;
}
