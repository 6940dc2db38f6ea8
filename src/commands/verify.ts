/** `authctl verify <provider>`: asks the server whether it takes a token, and renews nothing. */

import { type Line, prepare } from '../client/exchange.ts';
import { baseUrlMissing } from '../client/server.ts';
import { readGiven } from '../credentials/sources/flag.ts';
import { holds, readAnswer } from '../declaration/answer.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { tokenHeader } from '../declaration/request.ts';
import { isToken } from '../declaration/token.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { findSession } from '../session/lookup.ts';
import { isOn, type RawOptions } from './options.ts';
import { openStore, wantedSession } from './stored-session.ts';
import { findBaseUrl, openLine } from './target.ts';

type Verify = NonNullable<Declaration['verify']>;

/**
 * Runs the command; it says on stderr what the server took.
 *
 * @throws AuthctlError `refused` where it does not take it, `session_missing`, `usage` where the
 *   provider has no such check, `bad_answer` where the answer does not tell
 */
export async function verify(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  const { context, notices, secrets } = run;
  const { name, title } = declaration;
  if (!declaration.verify) {
    throw new AuthctlError('usage', `${title} has no check for a token`, { provider: name });
  }
  const flags = new Map([['token', { stdin: isOn(options, 'tokenStdin') }]]);
  const given = (await readGiven(flags, context.stdin)).get('token')?.value;
  if (given !== undefined && !isToken(given)) {
    throw new AuthctlError('usage', 'what stdin gave is no token: a token is printable ASCII');
  }
  const found = findBaseUrl(run, declaration, options);
  const store = openStore(run, options);
  const session = findSession(
    store,
    await wantedSession(run, declaration, found, new Map(), store),
  );
  const token = given ?? session?.tokenSet.accessToken;
  if (token === undefined) {
    throw new AuthctlError('session_missing', `there is no stored token of ${title}`, {
      provider: name,
      hint: `authctl login ${name}`,
    });
  }
  secrets.add(token);
  const baseUrl = found?.given ? found.url : (session?.key.baseUrl ?? found?.url);
  if (baseUrl === undefined) throw baseUrlMissing(declaration);
  const line = openLine(run, declaration, baseUrl, options);
  const forms = [declaration.use.value, ...(declaration.use.alternates ?? [])];
  if (isOn(options, 'dryRun')) {
    const { method, url, headers } = request(
      line,
      declaration.verify,
      '***',
      declaration.use.value,
    );
    const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\n`);
    return context.stdout.write(`${method} ${url}\n${lines.join('')}`);
  }
  let refusal: AuthctlError | undefined;
  for (const form of forms) {
    try {
      await check(line, declaration.verify, token, form);
      const as = tokenHeader(declaration.use, '<token>', form);
      return notices.notice(`${title} takes the token, as "${as.name}: ${as.value}"`);
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
      refusal ??= error;
    }
  }
  throw refusal?.with({ provider: name, hint: `authctl login ${name}` });
}

/** @throws AuthctlError `refused`, or whatever else the answer is */
async function check(line: Line, verify: Verify, token: string, form: string): Promise<void> {
  const { declaration, send, options } = line;
  const response = await send(() => request(line, verify, token, form), options);
  const body = readAnswer(declaration, response, 'token');
  const details = { provider: declaration.name, status: response.status };
  if (verify.inconclusive && holds(verify.inconclusive, body)) {
    throw new AuthctlError(
      'bad_answer',
      `the answer of ${declaration.title} does not tell: it would be the same without a token`,
      details,
    );
  }
  if (!holds(verify.accepted, body)) {
    throw new AuthctlError('refused', `${declaration.title} does not take the token`, details);
  }
}

function request(line: Line, verify: Verify, token: string, form: string) {
  const built = prepare(line, verify.request, new Map());
  const header = tokenHeader(line.declaration.use, token, form);
  return { ...built, headers: { ...built.headers, [header.name]: header.value } };
}
