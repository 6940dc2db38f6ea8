/**
 * Tells a signal to the whole process group, as from Ctrl-C, from one to this process alone: Node does
 * not say who sent it. A small process in the same group, the canary, ends by the former only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { sep } from 'node:path';
import { after } from '../clock.ts';
import { type Inherited, sharedStdio } from './descriptors.ts';

/** Listens for SIGINT and SIGQUIT to the group. */
export interface Canary {
  /** Whether the group got the signal that this process has just got; true if nobody can tell. */
  heard(): Promise<boolean>;
  stop(): void;
}

/** Milliseconds between a signal's arrival here and the canary's end, at most. */
const patience = 500;

/** Milliseconds after a signal to the group within which another one may have missed the next canary. */
const hatching = 100;

/** The canary's exit code after a signal. */
const sang = 77;

/**
 * It ends with this process, because its stdin is a pipe from here, and with a trap instead of by the
 * signal, which could dump core. `read` would do instead of `cat`, but some shells defer traps until a
 * line has been read.
 */
const script = `trap '' HUP TERM USR1 USR2; trap 'exit ${sang}' INT QUIT; exec 3<&0; cat <&3 & wait`;

/**
 * Starts a canary; undefined without a terminal, where only processes send signals.
 *
 * @param inherited the descriptors that it must not keep open
 */
export function startCanary(
  { PATH }: Readonly<Record<string, string>>,
  inherited: Inherited,
): Canary | undefined {
  // A console sends Ctrl-C to all of its processes, and processes cannot send it.
  if (sep !== '/') return { heard: async () => true, stop: () => {} };
  if (!hasTerminal()) return undefined;
  let canary: ChildProcess | undefined;
  let sangUnasked = false;
  let isHatching = false;
  const waiting = new Set<(heard: boolean) => void>();
  const answer = (heard: boolean) => {
    for (const resolve of waiting) resolve(heard);
    waiting.clear();
  };
  const start = () => {
    const empty = openSync('/dev/null', 'r');
    const [, , , ...rest] = sharedStdio(inherited);
    const child = spawn('/bin/sh', ['-c', script], {
      // No token, and none of the user's descriptors or directories.
      env: PATH === undefined ? {} : { PATH },
      cwd: '/',
      stdio: [
        'pipe',
        'ignore',
        'ignore',
        ...rest.map((each) => (each === 'ignore' ? each : empty)),
      ],
    });
    closeSync(empty);
    canary = child;
    child.stdin?.on('error', () => {});
    const end = (next: () => void) => {
      child.stdin?.destroy();
      if (canary !== child) return;
      canary = undefined;
      next();
    };
    child.once('error', () => end(() => answer(true)));
    child.once('exit', (code, signal) =>
      end(() => {
        // It may also have been killed, or could not run at all.
        if (code === sang || signal === 'SIGINT' || signal === 'SIGQUIT') {
          start();
          isHatching = true;
          after(hatching, () => {
            isHatching = false;
          });
        }
        if (waiting.size > 0) return answer(true);
        // Its end was noticed before the signal.
        sangUnasked = true;
        after(patience, () => {
          sangUnasked = false;
        });
      }),
    );
  };
  start();
  return {
    heard: () =>
      new Promise((resolve) => {
        if (!canary || sangUnasked || isHatching) {
          sangUnasked = false;
          return resolve(true);
        }
        waiting.add(resolve);
        after(patience, () => {
          waiting.delete(resolve);
          resolve(false);
        });
      }),
    stop: () => {
      const child = canary;
      canary = undefined;
      child?.stdin?.destroy();
      child?.kill('SIGKILL');
    },
  };
}

/** Whether this process has a controlling terminal, whatever its streams are. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}
