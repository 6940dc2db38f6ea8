/** The requests that a login or a refresh would send, with secrets replaced by `***`. */
import type { RequestTemplate } from '../declaration/declaration.ts';
import type { Request } from '../http/message.ts';
import { prepareLogin } from './credentials.ts';
import { prepare } from './exchange.ts';
import { findRefreshToken, refreshTokenField } from './renew.ts';
import { baseUrlMissing } from './server.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** @throws AuthctlError as `login` before it sends anything, `credential_unsendable` too */
export async function previewLogin(world: ClientWorld, target: Target): Promise<Request> {
  const { declaration, server } = target;
  if (!server) throw baseUrlMissing(declaration);
  const { credentials, values } = await prepareLogin(world, target, server);
  const secrets = declaration.fields.filter(({ secret }) => secret).map(({ name }) => name);
  return masked(world, server.url, credentials.login.request, values, new Set(secrets));
}

/** @throws AuthctlError as `renew` before it sends anything */
export async function previewRenew(world: ClientWorld, target: Target): Promise<Request> {
  const { token, baseUrl } = await findRefreshToken(world, target);
  const { name, refresh } = target.declaration;
  if (!refresh) throw new Error(`${name} declares no refresh`);
  const values = new Map([[refreshTokenField, token]]);
  return masked(world, baseUrl, refresh, values, new Set([refreshTokenField]));
}

function masked(
  world: ClientWorld,
  baseUrl: string,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
  secrets: ReadonlySet<string>,
): Request {
  const parts = { ...world, baseUrl };
  // For its errors: masking would hide a credential that cannot be sent.
  prepare(parts, template, values);
  const shown = [...values].map(([name, value]): [string, string] => [
    name,
    secrets.has(name) ? '***' : value,
  ]);
  return prepare(parts, template, new Map(shown));
}
