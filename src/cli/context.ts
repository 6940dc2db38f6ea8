/** The context of the real process: its environment, streams, clock, network and keychain. */
import { randomUUID } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import type { Inherited } from '../child/descriptors.ts';
import { after, type Clock, every } from '../clock.ts';
import type { Context } from '../context.ts';
import { findDirectories, isAbsolutePath } from '../directories.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { isShortOfAddresses } from '../files/address-limit.ts';
import { mostBytes } from '../files/named.ts';
import { parentOf } from '../files/parent.ts';
import { wasClosed } from '../files/standard-stream.ts';
import type { Send } from '../http/message.ts';
import { descriptorSink, hasTerminal, isTerminal } from '../terminal/descriptor.ts';
import { printable } from '../terminal/printable.ts';
import type { Input } from '../terminal/prompt.ts';
import type { Source } from '../terminal/streams.ts';
import { inAnyCase } from './windows-variables.ts';

const terminationSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

let closed: boolean | undefined;
const writeDirectly = process.platform !== 'win32';
const stdout = descriptorSink(1, () => process.stdout, writeDirectly, {
  wasClosed: () => {
    closed ??= wasClosed(1, parent());
    return closed;
  },
});
const stderr = descriptorSink(2, () => process.stderr, writeDirectly, { lossy: true });

/** The system clock. */
export const systemClock: Clock = {
  now: Date.now,
  // `performance.now()` is monotonic too, but takes milliseconds to load.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      after(milliseconds, resolve);
    }),
  every,
};

let ending: { readonly signal: NodeJS.Signals; readonly typed: boolean } | undefined;

/** Signals whose default action writes a core dump: the child's own is enough. */
const dumping: readonly NodeJS.Signals[] = [
  ...(['SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const),
  ...(['SIGXCPU', 'SIGXFSZ', 'SIGSYS'] as const),
];

/** Ends the process after all output has been written: by a signal if `endBy` named one, else by the code. */
export async function endProcess(exitCode: number): Promise<never> {
  process.exitCode = exitCode;
  await Promise.all([stdout.flush(), stderr.flush()]);
  if (ending && process.platform !== 'win32' && !dumping.includes(ending.signal)) {
    const { signal, typed } = ending;
    // A signal does not run these.
    process.emit('exit', exitCode);
    process.removeAllListeners('exit');
    resetSignal(signal);
    process.kill(typed ? 0 : process.pid, signal);
    // In a container, the first process does not end by a signal.
    await systemClock.sleep(100);
  }
  // An open handle, such as stdin, would keep the process running.
  process.exit();
}

function resetSignal(signal: NodeJS.Signals): void {
  // Nobody can listen for it.
  if (signal === 'SIGKILL') return;
  process.removeAllListeners(signal);
  // Node ignores SIGPIPE from its start. After the last listener, any signal has its default action.
  const listener = () => {};
  process.on(signal, listener);
  process.off(signal, listener);
}

/** Keeps V8 from reserving gigabytes of addresses for WebAssembly, in which undici's parser is written. */
const frugalFlag = '--disable-wasm-trap-handler';
const isFrugal = process.execArgv.includes(frugalFlag);
/** Whether this process was started by `rerun`. */
const isRerun = isFrugal && process.execArgv.includes('-e');

/**
 * Runs the program once more in a process that needs few addresses, where there are few. To be called
 * first: the other process has the same stdin.
 *
 * @param code starts the program
 * @returns its exit code; undefined where there is no need
 */
export async function rerun(code: string): Promise<number | undefined> {
  if (isFrugal || !isShortOfAddresses()) return undefined;
  const child = await import('../child/rerun.ts');
  const { exitCode, signal } = await child.rerun(process, {
    flag: frugalFlag,
    code,
    onSignal,
    inherited: await inherited(process.platform),
  });
  if (signal !== undefined) ending = { signal, typed: false };
  return exitCode;
}

async function inherited(platform: NodeJS.Platform): Promise<Inherited> {
  const { inheritedDescriptors } = await import('../child/descriptors.ts');
  return inheritedDescriptors(platform, parent());
}

/** The process that started the program. */
function parent(): number {
  return (isRerun ? parentOf(process.ppid) : undefined) ?? process.ppid;
}

function onSignal(
  callback: (signal: NodeJS.Signals) => void,
  signals: readonly NodeJS.Signals[] = terminationSignals,
): () => void {
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}

/** How the program is installed. */
export interface Installation {
  /** The command that starts the keychain's child process: an absolute path, and arguments. */
  readonly keychainChild: readonly [string, ...string[]];
  readonly version: string;
  /** Whether this runtime's TLS accepts certificates that Node rejects as too weak. */
  readonly lenientTls?: boolean;
}

/** The context of this process. Everything is loaded and read on first use. */
export function processContext(
  { keychainChild, version, lenientTls = false }: Installation,
  notice: (text: string) => void,
): Context {
  const { platform } = process;
  const env = platform === 'win32' ? inAnyCase({ ...process.env }) : { ...process.env };
  // Certificates are always checked; if this stayed set, Node would warn that they are not.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  // The client of the shared store would print its password.
  delete process.env['DEBUG'];
  let send: Promise<Send> | undefined;
  const loadSend = async () => {
    if (!('WebAssembly' in globalThis) || isShortOfAddresses())
      (await import('../http/web-assembly.ts')).requireWebAssembly();
    const { createSend } = await import('../http/send.ts');
    return createSend({ env, clock: systemClock, notice, version, lenientTls });
  };
  const ignored = new Set<string>();
  const ignore = (name: string) => {
    if (!ignored.has(name)) notice(`notice: ${name} is ignored, because its path is relative`);
    ignored.add(name);
  };
  return {
    env,
    platform,
    nodeVersion: process.versions.node,
    uid: process.getuid?.(),
    pid: process.pid,
    isAlive,
    stdin,
    stdout,
    stderr,
    clock: systemClock,
    uuid: () => randomUUID(),
    directories: () => findDirectories(env, platform, homeOfUser, ignore),
    send: async (makeRequest, options) => {
      send ??= loadSend();
      return (await send)(makeRequest, options);
    },
    keychain: async ({ interactive, onWaiting }) => {
      const { createKeychain } = await import('../credentials/keychain/client.ts');
      return createKeychain({
        command: keychainChild,
        env,
        timeout: interactive ? null : 3000,
        clock: systemClock,
        onWaiting,
      });
    },
    hasTerminal: () => hasTerminal(platform),
    prompt: {
      say: (text) => stderr.write(`authctl: ${printable(text)}\n`),
      ask: async (label, { secret }) => {
        const { askOnTerminal } = await import('../terminal/prompt.ts');
        return askOnTerminal(label, { secret, input: await keyboard(), output: process.stderr });
      },
    },
    converse: async ({ colors, signal }) => {
      const { converse } = await import('../terminal/conversation.ts');
      return converse({ input: process.stdin, output: process.stderr, colors }, signal);
    },
    onSignal,
    endBy: (signal, typed = false) => {
      ending = { signal, typed };
    },
    inherited: () => inherited(platform),
    signalGroup,
    parentProcess: async () => {
      const { parentProcessName } = await import('../child/parent-process.ts');
      const systemRoot = env['SystemRoot'];
      return parentProcessName({ platform, ppid: parent(), ...(systemRoot && { systemRoot }) });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return systemErrorCode(error) !== 'ESRCH';
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended.
  }
}

/** The home directory according to the user database. */
function homeOfUser(): string {
  let path = '';
  try {
    // Like Node, treats an empty HOME as no home directory; other runtimes would look it up.
    if (process.env['HOME'] !== '' || process.platform === 'win32') path = homedir();
    // homedir() returns a relative HOME as it is.
    if (path !== '' && !isAbsolutePath(path, process.platform)) {
      path = userInfo().homedir;
    }
  } catch {
    // The user is not in the user database.
  }
  if (isAbsolutePath(path, process.platform)) return path;
  throw new AuthctlError('setting_missing', 'cannot determine the home directory', {
    hint: `set ${process.platform === 'win32' ? 'USERPROFILE' : 'HOME'}, or AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR`,
  });
}

let isStdinTaken = false;
let terminal: Input | undefined;

/** Stdin, or if that is something else, or has been read to its end, the terminal itself. */
async function keyboard(): Promise<Input> {
  if (!isStdinTaken && stdin.isTTY) return process.stdin;
  terminal ??= (await import('../terminal/keyboard.ts')).openKeyboard(process.platform);
  return terminal;
}

const stdin: Source = {
  get isTTY() {
    return isTerminal(0);
  },
  read: async (secret) => {
    isStdinTaken = true;
    if (secret !== undefined && stdin.isTTY) {
      const { readHidden } = await import('../terminal/hidden.ts');
      const notice = `reading ${secret} from stdin, which is not shown; Ctrl-D ends it`;
      // Until it reads, the terminal shows what is typed.
      const [bytes] = await Promise.all([
        readHidden(process.stdin),
        stderr.write(`authctl: ${notice}\n`),
      ]);
      return bytes;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of process.stdin) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > mostBytes) throw new AuthctlError('usage', 'stdin has more than 4 MiB of data');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  },
};
