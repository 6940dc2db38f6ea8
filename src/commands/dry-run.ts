/** `--dry-run`: prints the request that would be sent, its secrets as `***`, and sends nothing. */

import { type Line, prepare } from '../client/exchange.ts';
import type { RequestTemplate } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import type { RawOptions } from './options.ts';
import { formatName } from './print.ts';

/** @throws AuthctlError `usage` where a token was asked for in some form: there will be none */
export function checkDryRun(options: RawOptions): void {
  const format = formatName(options) ?? 'token';
  if (format !== 'token' || options['outFile'] !== undefined) {
    throw new AuthctlError('usage', '--dry-run gets no token, so there is nothing to put out');
  }
}

/**
 * Prints the request.
 *
 * @param secrets the names of the values that are not shown
 * @throws AuthctlError `credential_unsendable`, as sending would
 */
export async function printRequest(
  { context }: Run,
  line: Line,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
  secrets: ReadonlySet<string>,
): Promise<void> {
  prepare(line, template, values);
  const masked = [...values].map(([name, value]): [string, string] => [
    name,
    secrets.has(name) ? '***' : value,
  ]);
  const { method, url, headers, body } = prepare(line, template, new Map(masked));
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const end = body === undefined ? '' : `\n${body}\n`;
  await context.stdout.write(`${method} ${url}\n${head.join('')}${end}`);
}
