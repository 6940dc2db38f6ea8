/** The OS keychain, asked through a child process that can be killed: its library may hang or crash. */
import { type Answer, ask } from '../../child/ask.ts';
import type { Clock } from '../../clock.ts';
import { type KeychainTrouble, readFailure } from './failure.ts';
import type { Keychain, KeychainAnswer } from './keychain.ts';
import { type KeychainReply, type KeychainRequest, readReply } from './protocol.ts';

/** How to reach the keychain. */
export interface KeychainOptions {
  /** The child's executable and arguments: Node and the path of keychain-child. */
  readonly command: readonly [string, ...string[]];
  /** The environment that the child gets, but for what would change how it starts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a call may take, from start to answer; null: as long as a person types. */
  readonly patience: number | null;
  readonly clock: Clock;
  /** Called once in a call of unlimited patience that has waited for 0.7 s. */
  readonly onWaiting?: () => void;
}

/** The keychain of this system. Every call starts one child, which outlives neither it nor us. */
export function createKeychain(options: KeychainOptions): Keychain {
  return {
    async get(accounts) {
      if (accounts.length === 0) return answered(new Map());
      const reply = await request({ do: 'get', accounts }, options);
      if ('state' in reply) return reply;
      return 'entries' in reply ? answered(new Map(reply.entries)) : notUnderstood;
    },
    async set(entries) {
      if (entries.size === 0) return answered(true);
      const reply = await request({ do: 'set', entries: [...entries] }, options);
      if ('state' in reply) return reply;
      return 'accounts' in reply ? answered(true) : notUnderstood;
    },
    async delete(accounts) {
      if (accounts.length === 0) return answered(new Set());
      const reply = await request({ do: 'delete', accounts }, options);
      if ('state' in reply) return reply;
      return 'accounts' in reply ? answered(new Set(reply.accounts)) : notUnderstood;
    },
  };
}

const off = { state: 'off', reason: 'the keychain is switched off' } as const;

/** The keychain that was switched off: it starts nothing and has nothing. */
export const offKeychain: Keychain = {
  get: async () => off,
  set: async () => off,
  delete: async () => off,
};

const notUnderstood: KeychainTrouble = {
  state: 'failed',
  reason: 'the keychain process gave an answer that makes no sense',
};

function answered<T>(value: T): KeychainAnswer<T> {
  return { state: 'answered', value };
}

/** The part of the patience after which the child is killed; the rest is for starting and ending it. */
const share = 0.93;
/** Milliseconds after which a wait of unlimited patience is noticeable. */
const waitingAfter = 700;

/** Asks a child of its own. */
async function request(
  question: KeychainRequest,
  { command, env, patience, clock, onWaiting }: KeychainOptions,
): Promise<Exclude<KeychainReply, { failure: unknown }> | KeychainTrouble> {
  const stopNotice = clock.every(waitingAfter, () => {
    stopNotice();
    if (patience === null) onWaiting?.();
  });
  const answer = await ask(JSON.stringify(question), {
    command,
    env: childEnv(env),
    timeout: patience === null ? null : patience * share,
    clock,
  });
  stopNotice();
  if (!('line' in answer)) return unanswered(answer, patience ?? 0);
  const reply = readReply(answer.line);
  if (reply === undefined) return notUnderstood;
  return 'failure' in reply ? readFailure(reply.failure) : reply;
}

function unanswered(answer: Exclude<Answer, { line: string }>, patience: number): KeychainTrouble {
  if ('problem' in answer) {
    return { state: 'failed', reason: `the keychain process ${answer.problem}` };
  }
  const reason = `the keychain did not answer within ${patience / 1000} s; it may be waiting to be unlocked`;
  return { state: 'hanging', reason };
}

// What changes how Node starts or what it loads, or makes it slow (a certificate bundle is parsed at once).
const dropped: readonly string[] = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'LC_ALL',
  'LANGUAGE',
];

function childEnv(env: KeychainOptions['env']): Record<string, string | undefined> {
  // On Windows a name may come in any case.
  const kept = Object.entries(env).filter(([name]) => !dropped.includes(name.toUpperCase()));
  // The libraries' words are matched, so they have to be in English.
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
