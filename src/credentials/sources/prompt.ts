/** Credentials that the user types at a prompt. */
import type { Field } from '../../declaration/declaration.ts';
import { flagName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import type { Server } from '../gate.ts';

/** Prompts the user on the terminal. */
export interface Prompt {
  /** Prints a line. */
  say(text: string): Promise<void>;
  /** A secret is not echoed. @throws AuthctlError `interrupted` on Ctrl-C */
  ask(label: string, options: { readonly secret: boolean }): Promise<string>;
}

/**
 * Prompts for fields of one provider. Before the first, it says where the answers will go, and which
 * variable chose that server: it may come from a project's `.env`.
 *
 * @param title the provider's
 * @returns asks for a field; it throws AuthctlError `interrupted`, and `credential_missing` for an
 *   empty answer
 */
export function fromPrompt(
  prompt: Prompt,
  title: string,
  { url, variable }: Pick<Server, 'url' | 'variable'>,
): (field: Field) => Promise<string> {
  const heading = `${title} at ${url}${variable === undefined ? '' : ` (chosen by ${variable})`}`;
  let said = false;
  return async ({ label, name, secret }) => {
    if (!said) await prompt.say(heading);
    said = true;
    const value = await prompt.ask(`${label} (${flagName(name).slice(2)}): `, { secret });
    if (value === '') throw new AuthctlError('credential_missing', `no ${name} was entered`);
    return value;
  };
}
