/**
 * Identifies processes through /proc, by pid and start. It can show that a lock's holder is alive although
 * its heartbeat is late, on a machine under load, and that it has ended.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

/** Identifies this process to others on this machine; empty on systems without /proc. */
export function ownIdentity(): string {
  try {
    const { pid, started } = readStat('self');
    return `${pidNamespace()} ${pid} ${started}`;
  } catch {
    return '';
  }
}

/** Whether the process exists and is not stopped. A later process with the same pid does not count. */
export function isRunning(identity: string): boolean {
  return /^[RSDI]$/.test(stateOf(identity) ?? '');
}

/**
 * Whether the process has ended. Not if that cannot be told: of a process in another container, or on
 * another machine that shares the file system.
 */
export function hasEnded(identity: string): boolean {
  return /^[ZX]?$/.test(stateOf(identity) ?? 'unknown');
}

/** The state in proc_pid_stat(5), empty if there is no such process; undefined if it cannot be told. */
function stateOf(identity: string): string | undefined {
  const [boot, namespace, pid = '', started] = identity.split(' ');
  if (!/^\d+$/.test(pid)) return undefined;
  try {
    if (pidNamespace() !== `${boot} ${namespace}`) return undefined;
  } catch {
    return undefined;
  }
  try {
    const now = readStat(pid);
    return now.started === started ? now.state : '';
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? '' : undefined;
  }
}

/** Identifies this boot of the machine and this container, within which a pid is meaningful. */
function pidNamespace(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

/** See proc_pid_stat(5). The second field is a name that may contain spaces and parentheses. */
function readStat(pid: string) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = rest[18];
  if (started === undefined) throw new Error('not a stat file');
  return { pid: text.slice(0, text.indexOf(' ')), state, started };
}
