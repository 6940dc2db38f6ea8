/** `authctl verify <provider>`: asks the server whether it takes a token, without renewing it. */
import type { TargetOptions } from '../client/target.ts';
import { requireVerify } from '../client/verify.ts';
import { renderTemplate } from '../declaration/template.ts';
import { isToken } from '../declaration/token.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { printableJson } from '../terminal/printable.ts';

export interface VerifyOptions {
  /** The field `token` holds the token, if a flag gives it. */
  readonly target: TargetOptions;
  readonly dryRun: boolean;
  /** Whether success is printed as an object on stdout. */
  readonly json: boolean;
}

/**
 * Runs the command. Success is reported on stderr, or with `json` on stdout.
 *
 * @throws AuthctlError `refused` if the server does not accept the token, `session_missing`, `usage`,
 *   `bad_answer`
 */
export async function verify(
  { client, context, notices }: Run,
  { target: named, dryRun, json }: VerifyOptions,
): Promise<void> {
  const { title, use } = named.declaration;
  // Before stdin is read.
  requireVerify(named.declaration);
  const target = await client.target(named);
  const given = target.sources.given.get('token')?.value;
  if (given !== undefined && !isToken(given)) {
    throw new AuthctlError(
      'usage',
      'stdin does not hold a token: a token is at most 65,536 characters of printable ASCII',
    );
  }
  if (dryRun) {
    const { requestText } = await import('../output/request.ts');
    return context.stdout.write(requestText(await client.preview.verify(target, given)));
  }
  const { form, baseUrl } = await client.verify(target, given);
  const shown =
    use.header === undefined || form === undefined
      ? undefined
      : { name: use.header, value: renderTemplate(form, (name) => `<${name}>`) };
  if (json) {
    const { name: provider } = named.declaration;
    const accepted = { provider, profile: target.profile, base_url: baseUrl, accepted: true };
    const text = JSON.stringify({ ...accepted, header: shown ?? null }, undefined, 2);
    return context.stdout.write(`${printableJson(text)}\n`);
  }
  const as = shown ? `, as "${shown.name}: ${shown.value}"` : '';
  notices.notice(`${title} accepts the token${as}`);
}
