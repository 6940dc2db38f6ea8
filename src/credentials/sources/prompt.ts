/** Credentials that a person at the terminal is asked for. */
import type { Field } from '../../declaration/declaration.ts';
import { flagName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import type { Server } from '../gate.ts';

/** Asks a person on the terminal. */
export interface Prompt {
  /** Prints a line. */
  say(text: string): Promise<void>;
  /** Of a secret nothing is echoed. @throws AuthctlError `interrupted` on Ctrl-C */
  ask(label: string, options: { readonly secret: boolean }): Promise<string>;
}

/**
 * Asks for fields of one provider. Before the first of them it says where the answers will go, and
 * which variable chose that server: it may come from a project's `.env`.
 *
 * @param title of the provider
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
