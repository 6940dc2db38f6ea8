/** Runs a command of the config that prints a credential. */
import { capture } from '../child/capture.ts';
import type { Clock } from '../clock.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Command } from './document.ts';
import { storeSecretVariables } from './store-names.ts';

export interface CommandOptions {
  /** The setting that holds it, such as `<provider>.<field>`. */
  readonly key: string;
  /** The command's environment, of which the secrets of the shared store are left out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Milliseconds; 30,000 by default. */
  readonly timeout?: number;
}

/**
 * The command's output without one trailing newline. Its stdin is empty, its stderr is the program's.
 *
 * @throws AuthctlError `credential_command_failed`, without the output and the arguments
 */
export async function runCredentialCommand(
  command: Command,
  { key, env, clock, timeout = 30_000 }: CommandOptions,
): Promise<string> {
  const failed = (what: string) =>
    new AuthctlError('credential_command_failed', `the command of ${key} ${what}`, {
      hint: hint`authctl config get ${named(key)}`,
    });
  const own = Object.fromEntries(
    Object.entries(env).filter(([name]) => !storeSecretVariables.includes(name)),
  );
  const captured = await capture(command, { env: own, timeout, clock });
  if ('problem' in captured) throw failed(captured.problem);
  let output: string;
  try {
    output = new TextDecoder('utf-8', { fatal: true }).decode(captured.output);
  } catch {
    throw failed('printed text that is not UTF-8');
  }
  const value = output.replace(/\r?\n$/, '');
  if (value === '') throw failed('printed an empty value');
  return value;
}
