/** `authctl refresh [provider]`: trades the refresh token for a new access token, and never logs in. */
import type { TargetOptions } from '../client/target.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { type PrintOptions, preparePrint } from '../output/printer.ts';
import type { Run } from '../run.ts';

/** What the command line asks for. */
export interface RefreshOptions {
  readonly target: TargetOptions;
  readonly print: PrintOptions;
  readonly dryRun: boolean;
}

/**
 * The only provider that declares a refresh.
 *
 * @throws AuthctlError `usage` where there are several, or none
 */
export function onlyRefreshable(providers: readonly Declaration[]): Declaration {
  const able = providers.filter(({ refresh }) => refresh);
  const [only, ...others] = able;
  if (only && others.length === 0) return only;
  const names = able.map(({ name }) => name).join(', ');
  throw new AuthctlError(
    'usage',
    able.length === 0 ? 'no provider can refresh' : `several providers can refresh: ${names}`,
    { hint: 'authctl refresh <provider>' },
  );
}

/** @throws AuthctlError `usage` for a provider that declares no refresh */
export function requireRefresh({ name, title, refresh: declared }: Declaration): void {
  if (declared) return;
  const message = `${title} has no refresh tokens: a new token takes authctl login ${name}`;
  throw new AuthctlError('usage', message, {
    provider: name,
    hint: hint`authctl login ${named(name)}`,
  });
}

/**
 * Runs the command, for a provider that declares a refresh.
 *
 * @throws AuthctlError whatever goes wrong on the way to a token
 */
export async function refresh(
  { client, context, interruptible }: Run,
  { target: named, print: printOptions, dryRun }: RefreshOptions,
): Promise<void> {
  const print = await preparePrint(context, named.declaration, printOptions);
  const target = await client.target(named);
  if (dryRun) {
    const { requestText } = await import('../output/request.ts');
    return context.stdout.write(requestText(await client.preview.renew(target)));
  }
  await print(await interruptible((signal) => client.renew(target, { signal })));
}
