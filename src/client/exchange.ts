/** One exchange with a login endpoint: template and values out, token set back. */

import type { Judged } from '../declaration/answer.ts';
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { buildRequest } from '../declaration/request.ts';
import { readTokenSet } from '../declaration/response.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import type { Send, SendOptions } from '../http/message.ts';
import { retryAfter } from '../http/retry.ts';

/** Seconds; a server that asks for more makes no sense, and may overflow a date. */
const year = 365 * 86_400;

/** What an exchange needs of the world and of the command. */
export interface Line {
  readonly declaration: Declaration;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly send: Send;
  readonly options: SendOptions;
  readonly now: () => number;
  readonly uuid: () => string;
  /** Takes the tokens that come, before anything else is done with them. */
  readonly keepSecret: (secret: string) => void;
}

/** The request that a template makes just now: its UUID and time are fresh. */
export function prepare(
  line: Line,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
) {
  const fresh = new Map(values);
  // Random numbers that nobody can guess take milliseconds to load.
  if (JSON.stringify(template).includes('{uuid')) fresh.set('uuid', line.uuid());
  fresh.set('now', new Date(line.now()).toISOString());
  return buildRequest(template, line.baseUrl, fresh);
}

/**
 * Sends what the template makes of the values, and reads the tokens in the answer.
 *
 * @throws AuthctlError everything that `send` and `readTokenSet` throw
 */
export async function exchange(
  line: Line,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
  judged: Exclude<Judged, 'token'>,
): Promise<TokenSet> {
  const { declaration, options } = line;
  try {
    const response = await line.send(() => prepare(line, template, values), options);
    try {
      const tokenSet = readTokenSet(declaration, response, judged);
      line.keepSecret(tokenSet.accessToken);
      if (tokenSet.refreshToken !== undefined) line.keepSecret(tokenSet.refreshToken);
      return tokenSet;
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'rate_limited') throw error;
      const asked = retryAfter(response);
      if (asked === undefined) throw error;
      const seconds = Math.min(Math.ceil(asked), year);
      const at = new Date(response.receivedAt + seconds * 1000).toISOString();
      throw error.with({ retryAfter: seconds, hint: `try again in ${seconds} s, at ${at}` });
    }
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const slow = (declaration.answer.refusalDelay ?? 0) * 1000;
    if (error.code === 'timeout' && options.timeout <= slow + 1000) {
      const hint = `${declaration.title} answers wrong credentials only after ${slow / 1000} s: use --timeout ${slow / 500}s or more`;
      throw new AuthctlError(error.code, error.message, { provider: declaration.name, hint });
    }
    throw error.with({ provider: declaration.name });
  }
}
