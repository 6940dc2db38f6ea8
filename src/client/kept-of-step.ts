/** Makes what a step keeps known to the requests that follow it. */
import type { Step } from '../declaration/declaration.ts';
import { describeKept } from '../declaration/found.ts';
import type { Redactor } from '../secrets/redact.ts';

/** Where the values go. */
interface Keeping {
  /** Of the requests that follow. */
  readonly values: Map<string, string>;
  readonly secrets: Redactor;
  /** Is told what was found, in words. */
  readonly found: ((words: string) => void) | undefined;
}

/** Adds the values, and those that are secret to what is redacted. */
export function keepOfStep(
  declared: Step['keep'] = {},
  kept: Readonly<Record<string, string>>,
  { values, secrets, found }: Keeping,
): void {
  for (const words of describeKept(declared, kept)) found?.(words);
  for (const [name, value] of Object.entries(kept)) {
    if (declared[name]?.secret !== false) secrets.add(value);
    values.set(name, value);
  }
}
