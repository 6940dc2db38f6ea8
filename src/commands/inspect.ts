/** `authctl inspect`: prints the header and claims of a JWT, offline and without checking its signature. */

import { sessionMissing } from '../client/session-missing.ts';
import type { TargetOptions } from '../client/target.ts';
import { readJwt } from '../declaration/jwt.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Run } from '../run.ts';
import { durationWords } from '../terminal/duration.ts';
import { printable, printableJson } from '../terminal/printable.ts';

/** The claims that are times (RFC 7519, and OpenID Connect's auth_time). */
const times: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time']);

export interface InspectOptions {
  /** The token, or `-` for stdin. */
  readonly token?: string;
  /** The target whose stored token is printed. */
  readonly target?: TargetOptions;
  /** The names of the providers, one of which may have been given in place of a token. */
  readonly providers: readonly string[];
  readonly json: boolean;
}

/**
 * Prints header and claims, with times in words.
 *
 * @throws AuthctlError `usage` if it is not a JWT, `token_unusable` for a JWT that parsers may read
 *   differently, `session_missing`
 */
export async function inspect(run: Run, options: InspectOptions): Promise<void> {
  const { context, notices, secrets } = run;
  const { token: given = '', providers } = options;
  if (providers.includes(given)) {
    throw new AuthctlError('usage', `${given} is a provider and not a token`, {
      hint: hint`authctl inspect --provider ${named(given)}`,
    });
  }
  const token = await findToken(run, options);
  secrets.add(token);
  if (options.token !== undefined && options.token !== '-')
    notices.notice(
      'notice: an argument shows the token in the process list; - (stdin) and --provider do not',
    );
  const decoded = readJwt(token);
  if ('problem' in decoded) {
    const { problem, isJwt } = decoded;
    if (isJwt) throw new AuthctlError('token_unusable', `this JWT cannot be relied on: ${problem}`);
    throw new AuthctlError('usage', `this is not a JWT: ${problem}`, {
      hint: 'many tokens are opaque: only the server can read them',
    });
  }
  notices.notice('the signature was not checked');
  const { header, claims } = decoded;
  if (options.json) {
    const text = JSON.stringify({ header, claims, signature_checked: false }, undefined, 2);
    return context.stdout.write(`${printableJson(text)}\n`);
  }
  const now = context.clock.now();
  const lines = [
    'header',
    ...Object.entries(header).map(([name, value]) => show(name, value, now)),
    'claims',
    ...Object.entries(claims).map(([name, value]) => show(name, value, now)),
  ];
  await context.stdout.write(`${lines.join('\n')}\n`);
}

async function findToken(run: Run, { token, target }: InspectOptions): Promise<string> {
  const { client, context } = run;
  if ((token === undefined) === (target === undefined)) {
    throw new AuthctlError('usage', 'inspect takes one of: a token, - for stdin, --provider', {
      hint: 'authctl inspect --provider <provider>',
    });
  }
  if (token !== undefined && token !== '-') return token.trim();
  if (!target)
    return Buffer.from(await context.stdin.read())
      .toString('utf8')
      .trim();
  const resolved = await client.target(target);
  const session = await client.stored(resolved);
  if (session) return session.tokenSet.accessToken;
  throw sessionMissing(resolved);
}

function show(name: string, value: unknown, now: number): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const words = times.has(name) ? timeWords(value, now) : undefined;
  return `  ${printable(name)}: ${printable(text, 2000)}${words === undefined ? '' : ` (${words})`}`;
}

function timeWords(value: unknown, now: number): string | undefined {
  const at = typeof value === 'number' ? value * 1000 : Number.NaN;
  if (Number.isNaN(new Date(at).getTime())) return undefined;
  const distance = at - now;
  const how = distance >= 0 ? `in ${durationWords(distance)}` : `${durationWords(-distance)} ago`;
  return `${new Date(at).toISOString()}, ${how}`;
}
