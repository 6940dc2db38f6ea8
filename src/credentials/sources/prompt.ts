/** Credentials that the user types at a prompt. */
import type { Field } from '../../declaration/declaration.ts';
import { flagName } from '../../declaration/names.ts';
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
 * @returns asks for a field until there is an answer; it throws AuthctlError `interrupted`
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
    for (;;) {
      const value = await prompt.ask(`${label} (${flagName(name).slice(2)}): `, { secret });
      if (value !== '') return value;
      await prompt.say(`${name} cannot be empty; Ctrl-C ends it`);
    }
  };
}
