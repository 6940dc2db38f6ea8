/** The protocol of the keychain's child process: one line of JSON each way. */

/** The service name of authctl's entries. */
export const service = 'authctl';

/** A secret with its account. */
export type Entry = readonly [account: string, secret: string];

/** The request on the child's stdin. */
export type KeychainRequest =
  | { readonly do: 'get' | 'delete'; readonly accounts: readonly string[] }
  | { readonly do: 'set'; readonly entries: readonly Entry[] };

/** Where a request failed. */
export type FailureStage =
  /** The D-Bus session that the environment names is not to be used. */
  | 'bus'
  /** The package is not installed. */
  | 'package'
  /** Its binary, or a library that the binary needs, does not load. */
  | 'binary'
  /** It has nothing to give or to remove, and is locked. */
  | 'locked'
  /** The keychain cannot hold a secret of this size. */
  | 'size'
  /** The keychain refused or failed. */
  | 'call'
  /** The keychain reported success, but returns something else; the same for what was there before. */
  | 'read-back'
  /** The keychain reported success, but returns something else; what was there before was put back. */
  | 'put-back';

/** A failure, with the message of the library that failed. */
export interface KeychainFailure {
  readonly stage: FailureStage;
  readonly words: string;
}

/** The reply on the child's stdout. */
export type KeychainReply =
  /** To `get`: the entries that exist. */
  | { readonly entries: readonly Entry[] }
  /** To `set` and `delete`: the accounts that were stored or removed. */
  | { readonly accounts: readonly string[] }
  | { readonly failure: KeychainFailure };

/** Parses a request; undefined if the line is not valid. */
export function readRequest(line: string): KeychainRequest | undefined {
  const value = parse(line);
  if (!isObject(value) || !('do' in value)) return undefined;
  const verb = value.do;
  if ((verb === 'get' || verb === 'delete') && 'accounts' in value && isStrings(value.accounts))
    return { do: verb, accounts: value.accounts };
  if (verb === 'set' && 'entries' in value && isEntries(value.entries))
    return { do: verb, entries: value.entries };
  return undefined;
}

/** Parses a reply; undefined if the line is not valid. */
export function readReply(line: string): KeychainReply | undefined {
  const value = parse(line);
  if (!isObject(value)) return undefined;
  if ('entries' in value && isEntries(value.entries)) return { entries: value.entries };
  if ('accounts' in value && isStrings(value.accounts)) return { accounts: value.accounts };
  if ('failure' in value && isFailure(value.failure)) return { failure: value.failure };
  return undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The parser's error is dropped, since it quotes the text, which may contain a secret.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isEntries(value: unknown): value is [string, string][] {
  return Array.isArray(value) && value.every((item) => isStrings(item) && item.length === 2);
}

const stages: readonly unknown[] = [
  'bus',
  'package',
  'binary',
  'locked',
  'size',
  'call',
  'read-back',
  'put-back',
];

function isFailure(value: unknown): value is KeychainFailure {
  if (!isObject(value) || !('stage' in value) || !('words' in value)) return false;
  return stages.includes(value.stage) && typeof value.words === 'string';
}
