/** Finds the process that started another one. */
import { readFileSync } from 'node:fs';

/** The process that started another one, on Linux; undefined if that is unknown. */
export function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
