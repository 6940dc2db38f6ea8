/** From a failure's words to the keychain's state: the one table of what the libraries say. */
import type { KeychainState } from './keychain.ts';
import type { FailureStage, KeychainFailure } from './protocol.ts';

/** A state with one sentence on why. */
export interface KeychainTrouble {
  readonly state: Exclude<KeychainState, 'answered'>;
  readonly reason: string;
}

interface Row {
  readonly stage: FailureStage;
  readonly words: RegExp;
  readonly state: KeychainTrouble['state'];
  readonly reason: string;
}

/*
 * keytar passes on a message and drops the domain and code beside it, so words are all there is.
 * The child runs with LC_ALL=C, which keeps those of GLib and libsecret in English.
 * Read from top to bottom; the first row that matches counts.
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
    reason:
      'the optional package keytar is not installed (npm install with --include=optional brings it)',
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
    stage: 'read-back',
    words: /^/,
    state: 'failed',
    reason: 'the keychain did not keep what was stored',
  },
  {
    // GLib, on the way to the session bus.
    stage: 'call',
    words:
      /autolaunch D-Bus|dbus-launch|^Could not connect|address is empty|^Address element|unsupported transport/i,
    state: 'no-service',
    reason: 'there is no D-Bus session to reach a keychain over',
  },
  {
    // The bus, which knows nobody of that name or could not start it.
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
    // libsecret, after nobody answered the prompt that would have made the first keyring.
    stage: 'call',
    words: /^Object does not exist at path .*\/secrets\/collection\//,
    state: 'locked',
    reason: 'there is no default keyring yet, and nobody could be asked to make one',
  },
  {
    // Secret Service; macOS (errSecInteractionNotAllowed, errSecUserCanceled, errSecAuthFailed).
    stage: 'call',
    words:
      /\blocked\b|dismissed|interaction is not allowed|user cancell?ed|passphrase you entered is not correct/i,
    state: 'locked',
    reason: 'the keychain is locked, and nobody could unlock it',
  },
  {
    // D-Bus, 25 seconds after a call.
    stage: 'call',
    words: /^Timeout was reached/,
    state: 'hanging',
    reason: 'the keychain service does not answer',
  },
];

/** Says what a failure means. The reason ends with the library's own words where those tell more. */
export function readFailure(failure: KeychainFailure): KeychainTrouble {
  const row = rows.find(({ stage, words }) => stage === failure.stage && words.test(failure.words));
  const words = failure.words.trim();
  if (row === undefined) return { state: 'failed', reason: `the keychain failed: ${words}` };
  return { state: row.state, reason: words === '' ? row.reason : `${row.reason}: ${words}` };
}
