/**
 * Who holds a lock, as the system tells it. It is never a reason to replace a lock: it says of a
 * holder without a heartbeat, on a machine under load, that it runs all the same.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/** This process, for others on this machine; empty where the system tells nothing (there is no /proc). */
export function ownIdentity(): string {
  try {
    const { pid, started } = readStat('self');
    return `${realm()} ${pid} ${started}`;
  } catch {
    return '';
  }
}

/** Whether that process is there and neither stopped nor another one of the same number. */
export function isRunning(identity: string): boolean {
  const [boot, namespace, pid = '', started] = identity.split(' ');
  if (!/^\d+$/.test(pid)) return false;
  try {
    if (realm() !== `${boot} ${namespace}`) return false;
    const now = readStat(pid);
    return now.started === started && /^[RSDI]$/.test(now.state);
  } catch {
    return false;
  }
}

/** Where a process's number means something: this run of the machine, and this container. */
function realm(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

/** See proc_pid_stat(5): the second field is a name, which may hold anything. */
function readStat(pid: string) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = rest[18];
  if (started === undefined) throw new Error('this is no stat file');
  return { pid: text.slice(0, text.indexOf(' ')), state, started };
}
