/** Runs a command of the config that prints a credential. */
import { capture } from '../child/capture.ts';
import type { Clock } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import type { Command } from './document.ts';

/** What running a command needs. */
export interface CommandOptions {
  /** The setting that holds it, such as `<provider>.<field>`. */
  readonly key: string;
  /** Passed on whole. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Milliseconds; 30,000 unless given. */
  readonly timeout?: number;
}

/**
 * What the command prints, less one trailing newline. Its stdin is empty, its stderr is ours.
 *
 * @throws AuthctlError `credential_command_failed`, with neither the output nor the arguments in it
 */
export async function runCredentialCommand(
  command: Command,
  { key, env, clock, timeout = 30_000 }: CommandOptions,
): Promise<string> {
  const failed = (what: string) =>
    new AuthctlError('credential_command_failed', `the command of ${key} ${what}`, {
      hint: `authctl config get ${key}`,
    });
  const captured = await capture(command, { env, timeout, clock });
  if ('problem' in captured) throw failed(captured.problem);
  let output: string;
  try {
    output = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(captured.output);
  } catch {
    throw failed('printed something that is not UTF-8 text');
  }
  const value = output.replace(/\r?\n$/, '');
  if (value === '') throw failed('printed nothing');
  return value;
}
