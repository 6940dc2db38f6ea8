/** `authctl refresh [provider]`: exchanges the refresh token for a new access token, and never logs in. */
import type { ServerFlags } from '../client/server.ts';
import type { TargetOptions } from '../client/target.ts';
import { hintCommand } from '../credentials/hint.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { type PrintOptions, preparePrint } from '../output/printer.ts';
import type { Run } from '../run.ts';

export interface RefreshOptions {
  readonly target: TargetOptions;
  readonly print: PrintOptions;
  readonly dryRun: boolean;
}

/**
 * The only provider that declares a refresh.
 *
 * @throws AuthctlError `usage` if there are several, or none
 */
export function onlyRefreshable(providers: readonly Declaration[]): Declaration {
  const able = providers.filter(({ refresh }) => refresh);
  const [only, ...others] = able;
  if (only && others.length === 0) return only;
  if (!only) throw new AuthctlError('usage', 'no provider can refresh');
  const names = able.map(({ name }) => name).join(', ');
  throw new AuthctlError('usage', `several providers can refresh: ${names}`, {
    hint: hint`authctl refresh ${named(only?.name ?? '')}`,
  });
}

/** @throws AuthctlError `usage` for a provider that does not declare a refresh */
export function requireRefresh(
  { profile }: Run,
  { name, title, refresh: declared }: Declaration,
  { baseUrl: url, environment }: Pick<ServerFlags, 'baseUrl' | 'environment'>,
): void {
  if (declared) return;
  const server =
    url === undefined && environment === undefined
      ? undefined
      : {
          chosenBy: 'flag' as const,
          url: url ?? '',
          ...(environment !== undefined && { environment }),
        };
  const login = hintCommand(hint`login ${named(name)}`, { profile, server });
  throw new AuthctlError('usage', `${title} has no refresh tokens`, {
    provider: name,
    hint: login,
  });
}

/**
 * Runs the command, for a provider that declares a refresh.
 *
 * @throws AuthctlError if a token cannot be obtained or printed
 */
export async function refresh(
  { client, context, notices, interruptible }: Run,
  { target: named, print: printOptions, dryRun }: RefreshOptions,
): Promise<void> {
  const print = await preparePrint(
    { ...context, notice: notices.noticeOnce },
    named.declaration,
    printOptions,
  );
  const target = await client.target(named);
  if (dryRun) {
    const { requestText } = await import('../output/request.ts');
    return context.stdout.write(requestText(await client.preview.renew(target)));
  }
  const obtained = await interruptible((signal) => client.renew(target, { signal }));
  await print(obtained, () => client.carried(target, obtained.session));
}
