/** The world as the operating system hands it to this process. */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { findDirectories } from '../directories.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import type { Send } from '../http/message.ts';
import { descriptorSink, isTerminal } from '../terminal/descriptor.ts';
import type { Source } from '../terminal/streams.ts';

const ending: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const straight = process.platform !== 'win32';
const stdout = descriptorSink(1, () => process.stdout, straight);
const stderr = descriptorSink(2, () => process.stderr, straight);

/** The longest delay that a timer takes, in milliseconds: a longer one would be none at all. */
const longestTimer = 2 ** 31 - 1;

/** The clock of this system. Its timers are globals: a module of timers would have to be loaded. */
export const systemClock: Clock = {
  now: Date.now,
  // Node's `performance` is monotonic too, and costs milliseconds to load.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, longestTimer))),
  every: (milliseconds, callback) => {
    const timer = setInterval(callback, Math.min(milliseconds, longestTimer));
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Resolves when all that was printed is out. */
export async function flushOutput(): Promise<void> {
  await Promise.all([stdout.flush(), stderr.flush()]);
}

/** Where the parts of the program are, and what it is called. */
export interface Installation {
  /** Runs the program that talks to the keychain: an absolute path, and arguments. */
  readonly keychainChild: readonly [string, ...string[]];
  readonly version: string;
  /** Whether this runtime's TLS takes certificates that Node refuses as too weak. */
  readonly lenientTls?: boolean;
}

/** The context of this process. Nothing is loaded or read before it is asked for. */
export function processContext(
  { keychainChild, version, lenientTls = false }: Installation,
  notice: (text: string) => void,
): Context {
  const { platform } = process;
  const env = { ...process.env };
  // We check certificates whatever it says; left there, Node would warn that nobody does.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  let send: Promise<Send> | undefined;
  return {
    env,
    platform,
    uid: process.getuid?.(),
    pid: process.pid,
    isAlive,
    stdin,
    stdout,
    stderr,
    clock: systemClock,
    uuid: () => randomUUID(),
    directories: () => findDirectories(env, platform, homeOfUser),
    send: async (makeRequest, options) => {
      send ??= import('../http/send.ts').then(({ createSend }) =>
        createSend({ env, clock: systemClock, notice, version, lenientTls }),
      );
      return (await send)(makeRequest, options);
    },
    keychain: async ({ interactive, onWaiting }) => {
      const { createKeychain } = await import('../credentials/keychain/client.ts');
      return createKeychain({
        command: keychainChild,
        env,
        patience: interactive ? null : 3000,
        clock: systemClock,
        onWaiting,
      });
    },
    prompt: {
      ask: async (label, { secret }) => {
        const { askOnTerminal } = await import('../terminal/prompt.ts');
        return askOnTerminal(label, { secret, input: process.stdin, output: process.stderr });
      },
    },
    onSignal: (callback, signals = ending) => {
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
    parentProcess: async () => {
      const { parentProcessName } = await import('../child/parent-process.ts');
      const systemRoot = env['SystemRoot'];
      return parentProcessName({ platform, ppid: process.ppid, ...(systemRoot && { systemRoot }) });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another user's.
    return systemErrorCode(error) !== 'ESRCH';
  }
}

/** By the system's list of users. */
function homeOfUser(): string {
  let path = '';
  try {
    // As Node has it: set and empty is no home. Other runtimes look it up all the same.
    if (process.env['HOME'] !== '' || process.platform === 'win32') path = homedir();
  } catch {
    // A user who is in no list.
  }
  if (path !== '') return path;
  throw new AuthctlError('setting_missing', 'there is no home directory', {
    hint: 'set HOME, or AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR',
  });
}

const stdin: Source = {
  get isTTY() {
    return isTerminal(0);
  },
  read: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  },
};
