/** The table that maps the error messages of keychain libraries to a state of the keychain. */
import type { KeychainState } from './keychain.ts';
import type { FailureStage, KeychainFailure } from './protocol.ts';

/** A state other than `answered`, with its reason, to follow "the keychain cannot be used:". */
export interface KeychainTrouble {
  readonly state: Exclude<KeychainState, 'answered'>;
  readonly reason: string;
}

/** CRED_MAX_CREDENTIAL_BLOB_SIZE of the Credential Manager. The other systems have no limit worth a name. */
export const mostBytesOnWindows = 2560;

interface Row {
  readonly stage: FailureStage;
  readonly words: RegExp;
  readonly state: KeychainTrouble['state'];
  readonly reason: string;
}

/*
 * keytar passes on the message of an error, but not its domain and code. The child runs with LC_ALL=C,
 * which keeps the messages of GLib and libsecret in English. The first matching row counts.
 */
const rows: readonly Row[] = [
  {
    stage: 'bus',
    words: /^/,
    state: 'no-service',
    reason: 'the D-Bus session is not used',
  },
  {
    stage: 'package',
    words: /^/,
    state: 'not-installed',
    reason: 'the optional package keytar is not installed (npm install --include=optional adds it)',
  },
  {
    stage: 'binary',
    words: /libsecret/,
    state: 'not-installed',
    reason: 'the library libsecret is not installed (Debian, Ubuntu: apt install libsecret-1-0)',
  },
  {
    stage: 'binary',
    words: /^/,
    state: 'not-installed',
    reason: 'keytar has no binary that runs on this system',
  },
  {
    stage: 'locked',
    words: /^/,
    state: 'locked',
    reason: 'it is locked',
  },
  {
    stage: 'size',
    words: /^/,
    state: 'failed',
    reason: `it holds at most ${mostBytesOnWindows} bytes in an entry, and a secret has more`,
  },
  {
    stage: 'read-back',
    words: /^/,
    state: 'failed',
    reason:
      'it did not return the secret that was stored, and what it held before could not be put back',
  },
  {
    stage: 'put-back',
    words: /^/,
    state: 'failed',
    reason: 'it did not return the secret that was stored; what it held before was put back',
  },
  {
    // GLib, connecting to the session bus.
    stage: 'call',
    words:
      /autolaunch D-Bus|dbus-launch|^Could not connect|address is empty|^Address element|unsupported transport/i,
    state: 'no-service',
    reason: 'no D-Bus session bus can be reached',
  },
  {
    // The bus: the service is unknown, or could not be started.
    stage: 'call',
    words:
      /ServiceUnknown|not provided by any \.service|NameHasNoOwner|activat(e|ion)|^Process \S+ (exited|received)/i,
    state: 'no-service',
    reason: 'no Secret Service, such as GNOME Keyring or KWallet, runs in this D-Bus session',
  },
  {
    // macOS (errSecNoDefaultKeychain, errSecNoSuchKeychain); Windows (ERROR_NO_SUCH_LOGON_SESSION).
    stage: 'call',
    words: /keychain (cannot|could not) be found|logon session does not exist/i,
    state: 'no-service',
    reason: 'this login session has no keychain',
  },
  {
    // libsecret, after the prompt to create the first keyring was not answered.
    stage: 'call',
    words: /^Object does not exist at path .*\/secrets\/collection\//,
    state: 'locked',
    reason: 'there is no default keyring yet',
  },
  {
    // Secret Service; macOS (errSecInteractionNotAllowed, errSecUserCanceled, errSecAuthFailed).
    stage: 'call',
    words:
      /\blocked\b|dismissed|interaction is not allowed|user cancell?ed|passphrase you entered is not correct/i,
    state: 'locked',
    reason: 'it is locked',
  },
  {
    // D-Bus, 25 seconds after a call.
    stage: 'call',
    words: /^Timeout was reached/,
    state: 'hanging',
    reason: 'its service does not answer',
  },
];

/** The state and reason of a failure. The reason ends with the library's own message, if any. */
export function readFailure(failure: KeychainFailure): KeychainTrouble {
  const row = rows.find(({ stage, words }) => stage === failure.stage && words.test(failure.words));
  const words = failure.words.trim();
  if (row === undefined) return { state: 'failed', reason: `it failed: ${words}` };
  return { state: row.state, reason: words === '' ? row.reason : `${row.reason}: ${words}` };
}
