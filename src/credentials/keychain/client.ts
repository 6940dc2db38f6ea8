/** The client of the OS keychain: it asks a child process, which can be killed if keytar hangs. */
import { type Answer, ask } from '../../child/ask.ts';
import type { Clock } from '../../clock.ts';
import { type KeychainTrouble, readFailure } from './failure.ts';
import type { Keychain, KeychainAnswer } from './keychain.ts';
import { type KeychainReply, type KeychainRequest, readReply } from './protocol.ts';

/** How to reach the keychain. */
export interface KeychainOptions {
  /** The child's executable and arguments: Node, and the path of keychain-child. */
  readonly command: readonly [string, ...string[]];
  /** The process's environment; the child gets of it what the keychain needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a call may take, from start to answer; null for no limit, while a user unlocks it. */
  readonly timeout: number | null;
  readonly clock: Clock;
  /** Called once if a call without a timeout has waited for 0.7 s. */
  readonly onWaiting?: () => void;
}

/** The keychain of this system. Each call starts a child process that ends with it, and with this process. */
export function createKeychain(options: KeychainOptions): Keychain {
  return {
    async get(accounts) {
      if (accounts.length === 0) return answered(new Map());
      const reply = await request({ do: 'get', accounts }, options);
      if ('state' in reply) return reply;
      return 'entries' in reply ? answered(new Map(reply.entries)) : invalidAnswer;
    },
    async set(entries) {
      if (entries.size === 0) return answered(true);
      const reply = await request({ do: 'set', entries: [...entries] }, options);
      if ('state' in reply) return reply;
      return 'accounts' in reply ? answered(true) : invalidAnswer;
    },
    async delete(accounts) {
      if (accounts.length === 0) return answered(new Set());
      const reply = await request({ do: 'delete', accounts }, options);
      if ('state' in reply) return reply;
      return 'accounts' in reply ? answered(new Set(reply.accounts)) : invalidAnswer;
    },
  };
}

const off = { state: 'off', reason: 'it is switched off' } as const;

/** The keychain that is turned off: it starts no process and has no entries. */
export const offKeychain: Keychain = {
  get: async () => off,
  set: async () => off,
  delete: async () => off,
};

const invalidAnswer: KeychainTrouble = {
  state: 'failed',
  reason: 'its process gave an invalid answer',
};

function answered<T>(value: T): KeychainAnswer<T> {
  return { state: 'answered', value };
}

/** The part of the timeout after which the child is killed; the rest is for starting and ending it. */
const killAfter = 0.93;
/** Milliseconds until a wait without a timeout is reported. */
const waitingAfter = 700;

async function request(
  question: KeychainRequest,
  { command, env, timeout, clock, onWaiting }: KeychainOptions,
): Promise<Exclude<KeychainReply, { failure: unknown }> | KeychainTrouble> {
  const stopNotice = clock.every(waitingAfter, () => {
    stopNotice();
    if (timeout === null) onWaiting?.();
  });
  const answer = await ask(JSON.stringify(question), {
    command,
    env: childEnv(env),
    timeout: timeout === null ? null : timeout * killAfter,
    clock,
  });
  stopNotice();
  if (!('line' in answer)) return unanswered(answer, timeout ?? 0);
  const reply = readReply(answer.line);
  if (reply === undefined) return invalidAnswer;
  return 'failure' in reply ? readFailure(reply.failure) : reply;
}

function unanswered(answer: Exclude<Answer, { line: string }>, timeout: number): KeychainTrouble {
  if ('problem' in answer) {
    return { state: 'failed', reason: `its process ${answer.problem}` };
  }
  const reason = `it did not answer within ${timeout / 1000} s; it may be waiting to be unlocked`;
  return { state: 'hanging', reason };
}

/**
 * What the keychains' libraries need, and no more: much else names code to load, such as NODE_OPTIONS,
 * LD_PRELOAD and GIO_EXTRA_MODULES, or another keychain, such as SECRET_BACKEND. With DISPLAY, D-Bus
 * would ask the screen for an address.
 */
const passed: readonly string[] = [
  ...['HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
  // macOS.
  ...['SECURITYSESSIONID', '__CF_USER_TEXT_ENCODING'],
  // Windows.
  ...[
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'USERPROFILE',
    'USERNAME',
    'USERDOMAIN',
    'TEMP',
    'TMP',
  ],
  ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'HOMEDRIVE', 'HOMEPATH', 'COMPUTERNAME'],
];

function childEnv(env: KeychainOptions['env']): Record<string, string | undefined> {
  // On Windows, names are case-insensitive.
  const kept = Object.entries(env).filter(([name]) => passed.includes(name.toUpperCase()));
  // Without PATH, GLib would look for programs in the working directory. The libraries' messages are
  // matched, so they have to be in English.
  return { ...Object.fromEntries(kept), PATH: '/usr/bin:/bin', LC_ALL: 'C' };
}
