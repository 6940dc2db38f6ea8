/** Says why WebAssembly cannot be used: undici's parser is written in it. */
import { AuthctlError } from '../errors.ts';

/** Not in the types of Node, and not in every process. */
declare const WebAssembly:
  | { readonly Memory: new (size: { readonly initial: number }) => object }
  | undefined;

/** @throws AuthctlError `setting_missing` if it cannot be used */
export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'undefined') {
    throw new AuthctlError(
      'setting_missing',
      'the network cannot be used, because Node runs without WebAssembly',
      { hint: 'run it without --jitless, also in NODE_OPTIONS' },
    );
  }
  try {
    new WebAssembly.Memory({ initial: 16 });
  } catch (cause) {
    throw new AuthctlError(
      'setting_missing',
      'the network cannot be used, because the address space is limited too much for WebAssembly',
      { hint: 'raise the limit: ulimit -v', cause },
    );
  }
}
