/** A real GNOME Keyring on a D-Bus of its own, in each of the conditions that a machine may be in. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PartName } from '../parts.ts';

/** What a test that uses this needs, for `describeWith`. */
export const secretServiceParts: readonly PartName[] = [
  'dbus-daemon',
  'gnome-keyring-daemon',
  'gdbus',
];

/** `absent`: a bus without a Secret Service; `no-dbus`: no bus either. */
export type SecretServiceKind = 'unlocked' | 'locked' | 'hanging' | 'absent' | 'no-dbus';

/** A Secret Service that runs, or does not. */
export interface SecretService {
  /** To be laid over a process's environment, where undefined means unset: it then sees this keychain. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Locks the keyring. */
  lock(): Promise<void>;
  /** Lets a service that hangs go on. */
  resume(): void;
  /** Ends the processes and removes the files. */
  stop(): Promise<void>;
}

// No service directories: nothing is started on demand, such as the machine's own keyring.
const busConfig = (socket: string) => `<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Starts a keychain of that kind; it is empty. Resolves when it is ready. */
export async function withSecretService(kind: SecretServiceKind): Promise<SecretService> {
  const directory = await mkdtemp(join(tmpdir(), 'authctl-keyring-'));
  const socket = join(directory, 'bus');
  const runtime = join(directory, 'run');
  const processes: ChildProcess[] = [];
  const env = {
    DBUS_SESSION_BUS_ADDRESS: kind === 'no-dbus' ? undefined : `unix:path=${socket}`,
    // The bus is looked for here too, and started anew where there is a display.
    XDG_RUNTIME_DIR: runtime,
    DISPLAY: undefined,
    WAYLAND_DISPLAY: undefined,
    SECRET_BACKEND: undefined,
  };
  const own = { ...process.env, ...env, HOME: directory, XDG_DATA_HOME: join(directory, 'data') };
  const start = (command: string, args: readonly string[]) => {
    const child = spawn(command, args, { env: own, stdio: ['pipe', 'pipe', 'ignore'] });
    processes.push(child);
    return child;
  };
  const lock = async () => {
    const locked = await call(own, 'Lock', `['${collection}']`);
    if (!locked.includes(collection)) throw new Error(`the keyring did not lock: ${locked}`);
  };
  const stop = async () => {
    // SIGKILL also ends a process that is stopped.
    for (const child of processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true });
  };

  await mkdir(runtime, { mode: 0o700 });
  const resume = () => {
    for (const child of processes) child.kill('SIGCONT');
  };
  const service: SecretService = { env, lock, resume, stop };
  if (kind === 'no-dbus') return service;
  try {
    await writeFile(join(directory, 'bus.conf'), busConfig(socket));
    const bus = start('dbus-daemon', [
      `--config-file=${join(directory, 'bus.conf')}`,
      '--nofork',
      '--print-address',
    ]);
    // It prints its address when it listens.
    await once(bus.stdout, 'data', { signal: AbortSignal.timeout(startsWithin) });
    if (kind === 'absent') return service;

    const keyring = start('gnome-keyring-daemon', [
      '--foreground',
      '--unlock',
      '--components=secrets',
      `--control-directory=${runtime}`,
    ]);
    keyring.stdin.end('password');
    await ready(own);
    if (kind === 'locked') await lock();
    if (kind === 'hanging') keyring.kill('SIGSTOP');
    return service;
  } catch (error) {
    await stop();
    throw error;
  }
}

const collection = '/org/freedesktop/secrets/aliases/default';
const startsWithin = 15_000;

/** Waits until the unlocked keyring is the default one. */
async function ready(env: NodeJS.ProcessEnv): Promise<void> {
  const deadline = Date.now() + startsWithin;
  for (;;) {
    // Until the daemon has its name, the call itself fails.
    const alias = await call(env, 'ReadAlias', 'default').catch(() => '');
    if (alias.includes('/collection/')) return;
    if (Date.now() > deadline) throw new Error('gnome-keyring-daemon did not start');
    await sleep(30);
  }
}

async function call(env: NodeJS.ProcessEnv, method: string, argument: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'gdbus',
    [
      'call',
      '--session',
      '--dest=org.freedesktop.secrets',
      '--object-path=/org/freedesktop/secrets',
      `--method=org.freedesktop.Secret.Service.${method}`,
      argument,
    ],
    { env, timeout: startsWithin },
  );
  return stdout;
}
