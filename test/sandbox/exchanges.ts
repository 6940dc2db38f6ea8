/** Sends the requests of a declaration to a sandbox, for tests. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Declaration, TokenPlace } from '../../src/declaration/declaration.ts';
import { resolvePointer } from '../../src/declaration/pointer.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import type { LookUp } from '../../src/declaration/template.ts';
import { addCarriers, carriersOf } from '../../src/declaration/use.ts';
import type { Request } from '../../src/http/message.ts';

/** What a sandbox needs from the outside, with the real clock. */
export const world = {
  now: () => Date.now(),
  uuid: () => randomUUID(),
  random: (bytes: number) => randomBytes(bytes),
};

/** A declaration whose refusals are sent at once. */
export function withoutDelay(declaration: Declaration): Declaration {
  const { refusalDelay: _, ...answer } = declaration.answer;
  return { ...declaration, answer };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export async function send({ url, ...request }: Request): Promise<Answer> {
  const response = await fetch(url, request);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/**
 * The request of a login.
 *
 * @param over values that replace demo credentials
 * @param login the index of the login
 */
export function loginRequest(
  declaration: Declaration,
  baseUrl: string,
  over: Readonly<Record<string, unknown>> = {},
  login = 0,
): Request {
  const template = declaration.login[login];
  if (!template?.request) throw new Error(`${declaration.name} has no login ${login}`);
  return buildRequest(
    template.request,
    baseUrl,
    valuesOf({ ...declaration.sandbox?.credentials, ...over }),
  );
}

/** The request of a refresh. */
export function refreshRequest(declaration: Declaration, baseUrl: string, token: string): Request {
  if (!declaration.refresh) throw new Error(`${declaration.name} has no refresh`);
  return buildRequest(declaration.refresh.request, baseUrl, valuesOf({ refresh_token: token }));
}

/** The request that verifies a token; without a token, it has no header for it. */
export function verifyRequest(
  declaration: Declaration,
  baseUrl: string,
  token?: string,
  form?: string,
): Request {
  if (!declaration.verify) throw new Error(`${declaration.name} has no verify`);
  const request = buildRequest(declaration.verify.request, baseUrl, valuesOf({}));
  if (token === undefined) return request;
  return addCarriers(request, carriersOf(declaration.use, valuesOf({ token }), form));
}

/** The value in the body of an answer, where every built-in provider has its tokens. */
export function valueIn(body: unknown, place: TokenPlace | undefined): unknown {
  if (typeof place !== 'string') throw new Error(`${JSON.stringify(place)} is not in the body`);
  return resolvePointer(body, place);
}

function valuesOf(values: Readonly<Record<string, unknown>>): LookUp {
  const generated = { uuid: world.uuid(), now: new Date(world.now()).toISOString() };
  const all = new Map(
    Object.entries({ ...generated, ...values }).map(([name, v]) => [name, String(v)]),
  );
  return (name) => all.get(name);
}
