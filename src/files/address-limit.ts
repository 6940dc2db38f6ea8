/** Whether this process may have too few addresses for WebAssembly. */
import { readFileSync } from 'node:fs';

/** In bytes: several times what V8 reserves for one memory of WebAssembly. */
const plenty = 64 * 1024 ** 3;

/** Whether there is a low limit (`ulimit -v`). It is known on Linux only; elsewhere it does not hold. */
export function isShortOfAddresses(): boolean {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max address space +(\d+)/m.exec(limits)?.[1] ?? plenty) < plenty;
  } catch {
    return false;
  }
}
