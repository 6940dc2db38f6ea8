/** The options of a TLS connection to the shared store: certificates are always checked. */
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../clock.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import { AuthctlError } from '../errors.ts';
import { readNamed } from '../files/named.ts';
import { certificatesIn } from '../http/authorities.ts';
import { strictTls } from '../http/strict-tls.ts';
import { withAllAuthorities } from '../http/tls-options.ts';

/** Milliseconds that a file which is a pipe may take. */
const fileTime = 5000;

/**
 * Only the authorities of the file are trusted, if there is one; else those that every connection trusts.
 *
 * @throws AuthctlError `usage` if the file cannot be read, or has no certificate
 */
export async function tlsOptions(
  env: Environment,
  cacert: string | undefined,
  clock: Clock,
): Promise<ConnectionOptions> {
  const limit = { clock, timeout: fileTime };
  const found =
    cacert === undefined
      ? (await withAllAuthorities({}, env, limit))?.ca
      : await authoritiesOf(cacert, limit);
  return {
    rejectUnauthorized: true,
    ...(found && { ca: [...found] }),
    ...strictTls(found, env),
  };
}

async function authoritiesOf(
  path: string,
  limit: Parameters<typeof readNamed>[1],
): Promise<readonly string[]> {
  const read = await readNamed(path, limit);
  const problem = 'problem' in read ? read.problem : 'it holds no PEM certificate';
  const found = 'bytes' in read ? certificatesIn(read.bytes.toString('latin1')) : [];
  if (found.length > 0) return found;
  throw new AuthctlError('usage', `cannot use the authorities of the store, ${path}: ${problem}`);
}
