/** A candidate for a credential: what a source has for a field. */
import type { Command } from '../config/document.ts';

/** The sources of credentials, in order of precedence. */
export type SourceKind = 'flag' | 'environment' | 'config' | 'keychain' | 'prompt' | 'default';

/** A value, or the command of a setting that prints it. */
export type Candidate = {
  readonly kind: SourceKind;
  /** The source as shown to the user, such as `MY_API_KEY` or `--api-key-stdin`. */
  readonly origin: string;
} & ({ readonly value: string } | { readonly command: Command; readonly key: string });
