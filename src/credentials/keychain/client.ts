/** The OS keychain, asked through a child process that can be killed: its library may hang or crash. */
import { type ChildProcess, spawn } from 'node:child_process';
import { systemErrorCode } from '../../errors.ts';
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
  /** Called once in a call of unlimited patience that has waited for 0.7 s. */
  readonly onWaiting?: () => void;
}

/** The keychain of this system. Every call starts one child, which outlives neither it nor us. */
export function createKeychain(options: KeychainOptions): Keychain {
  return {
    async get(accounts) {
      if (accounts.length === 0) return answered(new Map());
      const reply = await ask({ do: 'get', accounts }, options);
      if ('state' in reply) return reply;
      return 'entries' in reply ? answered(new Map(reply.entries)) : notUnderstood;
    },
    async set(entries) {
      if (entries.size === 0) return answered(true);
      const reply = await ask({ do: 'set', entries: [...entries] }, options);
      if ('state' in reply) return reply;
      return 'accounts' in reply ? answered(true) : notUnderstood;
    },
    async delete(accounts) {
      if (accounts.length === 0) return answered(new Set());
      const reply = await ask({ do: 'delete', accounts }, options);
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
const waitingAfter = 700;

/** Starts a child, asks it, and kills it with its first line, its end, or when patience runs out. */
function ask(
  request: KeychainRequest,
  { command, env, patience, onWaiting }: KeychainOptions,
): Promise<Exclude<KeychainReply, { failure: unknown }> | KeychainTrouble> {
  return new Promise((resolve) => {
    const limit =
      patience === null ? undefined : setTimeout(() => finish(hanging(patience)), patience * share);
    const notice = patience === null && onWaiting ? setTimeout(onWaiting, waitingAfter) : undefined;
    const [file, ...args] = command;
    let child: ChildProcess | undefined;

    const finish = (result: Parameters<typeof resolve>[0]) => {
      clearTimeout(limit);
      clearTimeout(notice);
      child?.kill('SIGKILL');
      child?.stdin?.destroy();
      child?.stdout?.destroy();
      child?.unref();
      resolve(result);
    };

    try {
      child = spawn(file, args, {
        env: childEnv(env),
        stdio: ['pipe', 'pipe', 'ignore'],
        windowsHide: true,
      });
    } catch (error) {
      finish(notStarted(error));
      return;
    }
    child.on('error', (error) => finish(notStarted(error)));
    child.on('close', (code, signal) => finish(ended(code, signal)));

    let received = '';
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => {
      received += text;
      const length = received.indexOf('\n');
      if (length < 0) return;
      const reply = readReply(received.slice(0, length));
      if (reply === undefined) finish(notUnderstood);
      else finish('failure' in reply ? readFailure(reply.failure) : reply);
    });
    // A child that ends without reading is told by its end.
    child.stdin?.on('error', () => {});
    child.stdin?.write(`${JSON.stringify(request)}\n`);
  });
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

function hanging(patience: number): KeychainTrouble {
  const reason = `the keychain did not answer within ${patience / 1000} s; it may be waiting to be unlocked`;
  return { state: 'hanging', reason };
}

function notStarted(error: unknown): KeychainTrouble {
  const code = systemErrorCode(error) ?? 'unknown error';
  return { state: 'failed', reason: `the keychain process could not be started: ${code}` };
}

function ended(code: number | null, signal: string | null): KeychainTrouble {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return { state: 'failed', reason: `the keychain process ended without an answer: ${how}` };
}
