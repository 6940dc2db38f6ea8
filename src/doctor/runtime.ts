/** Checks the runtime. */
import { hint } from '../errors.ts';
import type { Finding } from './finding.ts';

/** The lowest version of Node that the program is made for. */
const lowest = [20, 19] as const;

/** @param version of Node, such as `22.12.0` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < lowest[0] || (major === lowest[0] && minor < lowest[1]);
  const name = { check: 'Node', message: `version ${version}` };
  if (!isOld) return { ...name, state: 'ok' };
  return {
    ...name,
    state: 'failed',
    hint: hint`install Node 20.19 or later, from https://nodejs.org`,
  };
}
