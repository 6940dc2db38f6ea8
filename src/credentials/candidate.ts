/** What a source has for a field, before it is read. */
import type { Command } from '../config/document.ts';

/** Where a credential comes from, in the order of precedence. */
export type SourceKind = 'flag' | 'environment' | 'config' | 'keychain' | 'prompt';

/** What a source has: the value itself, or the command of a setting that prints it. */
export type Candidate = {
  readonly kind: SourceKind;
  /** In words, such as `MY_API_KEY` or `--api-key-stdin`. */
  readonly origin: string;
} & ({ readonly value: string } | { readonly command: Command; readonly key: string });
