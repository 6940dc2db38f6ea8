/** `authctl verify <provider>`: asks the server whether it takes a token, and renews nothing. */
import type { TargetOptions } from '../client/target.ts';
import { tokenHeader } from '../declaration/request.ts';
import { isToken } from '../declaration/token.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';

/** What the command line asks for. */
export interface VerifyOptions {
  /** A flag named `token` gives the token. */
  readonly target: TargetOptions;
  readonly dryRun: boolean;
}

/**
 * Runs the command; it says on stderr what the server took.
 *
 * @throws AuthctlError `refused` where it does not take it, `session_missing`, `usage`, `bad_answer`
 */
export async function verify(
  { client, context, notices }: Run,
  { target: named, dryRun }: VerifyOptions,
): Promise<void> {
  const { name, title, use, verify: declared } = named.declaration;
  if (!declared) {
    throw new AuthctlError('usage', `${title} has no check for a token`, { provider: name });
  }
  const target = await client.target(named);
  const given = target.sources.given.get('token')?.value;
  if (given !== undefined && !isToken(given)) {
    throw new AuthctlError('usage', 'what stdin gave is no token: a token is printable ASCII');
  }
  if (dryRun) {
    const { requestText } = await import('../output/request.ts');
    return context.stdout.write(requestText(await client.preview.verify(target, given)));
  }
  const form = await client.verify(target, given);
  const as = tokenHeader(use, '<token>', form);
  notices.notice(`${title} takes the token, as "${as.name}: ${as.value}"`);
}
