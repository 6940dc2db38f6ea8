/** The options of commands that use the network, as values. */
import type { Flags } from '../credentials/sources/flag.ts';
import { flagName, optionName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { SendOptions } from '../http/message.ts';

/** Options as the command line gave them: text, or true for a switch. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** A text option, if it was given. */
export function text(options: RawOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function isOn(options: RawOptions, name: string): boolean {
  return options[name] === true;
}

/** What the command line says of each field. */
export function fieldFlags(
  options: RawOptions,
  fields: readonly { readonly name: string }[],
): ReadonlyMap<string, Flags> {
  return new Map(
    fields.map(({ name }) => {
      const value = text(options, optionKey(name));
      const file = text(options, optionKey(name, '-file'));
      const stdin = isOn(options, optionKey(name, '-stdin'));
      return [
        name,
        { stdin, ...(value !== undefined && { value }), ...(file !== undefined && { file }) },
      ];
    }),
  );
}

/** How the request is to be sent. */
export function sendOptions(options: RawOptions): SendOptions {
  const cert = text(options, 'cert');
  const key = text(options, 'key');
  if (key !== undefined && cert === undefined) {
    throw new AuthctlError('usage', '--key needs the certificate that it belongs to, by --cert');
  }
  const cacert = text(options, 'cacert');
  const timeout = duration('--timeout', text(options, 'timeout') ?? '30s');
  if (timeout === 0) throw new AuthctlError('usage', '--timeout takes more than 0');
  return {
    timeout,
    retries: wholeNumber('--retries', text(options, 'retries') ?? '2', 100),
    allowHttp: isOn(options, 'allowHttp'),
    ...(cacert !== undefined && { cacert }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/**
 * `90`, `90s`, `10m`, `2h` → milliseconds.
 *
 * @throws AuthctlError `usage` for anything else, and for more than 24 days (what a timer can wait)
 */
export function duration(flag: string, given: string): number {
  const [, digits, unit = 's'] = /^([0-9]{1,9})([smh]?)$/.exec(given) ?? [];
  const factor = { s: 1000, m: 60_000, h: 3_600_000 }[unit || 's'] ?? 1000;
  const milliseconds = Number(digits) * factor;
  if (digits === undefined || milliseconds > 2 ** 31 - 1) {
    throw new AuthctlError('usage', `${flag} takes a duration such as 90, 90s, 10m or 2h`);
  }
  return milliseconds;
}

function wholeNumber(flag: string, given: string, most: number): number {
  if (/^[0-9]{1,6}$/.test(given) && Number(given) <= most) return Number(given);
  throw new AuthctlError('usage', `${flag} takes a whole number from 0 to ${most}`);
}

function optionKey(field: string, suffix = ''): string {
  return optionName(flagName(field, suffix));
}
