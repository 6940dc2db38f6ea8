/** Reads what Linux tells of an open descriptor of this process. */
import { readFileSync } from 'node:fs';

/** Lines such as `flags:\t0100001`, in octal. @throws the system's error, if there is no such descriptor */
export function descriptorInfo(descriptor: number): string {
  return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
}
