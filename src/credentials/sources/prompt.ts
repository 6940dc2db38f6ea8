/** Credentials that the user types at a prompt. */
import type { Field } from '../../declaration/declaration.ts';
import { flagName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';

/** Prompts the user on the terminal. A secret is not echoed. */
export interface Prompt {
  /** @throws AuthctlError `interrupted` on Ctrl-C */
  ask(label: string, options: { readonly secret: boolean }): Promise<string>;
}

/**
 * Prompts for a field.
 *
 * @throws AuthctlError `interrupted`; `credential_missing` for an empty answer
 */
export async function fromPrompt(prompt: Prompt, { label, name, secret }: Field): Promise<string> {
  const value = await prompt.ask(`${label} (${flagName(name).slice(2)}): `, { secret });
  if (value === '') throw new AuthctlError('credential_missing', `no ${name} was entered`);
  return value;
}
