/** Sends the requests of a declaration to a sandbox, for tests. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type {
  Declaration,
  RequestTemplate,
  TokenPlace,
} from '../../src/declaration/declaration.ts';
import { resolvePointer } from '../../src/declaration/pointer.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import type { LookUp } from '../../src/declaration/template.ts';
import { addCarriers, carriersOf } from '../../src/declaration/use.ts';
import { requestValues } from '../../src/declaration/values.ts';
import type { Request } from '../../src/http/message.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';

/** What a sandbox needs from the outside, with the real clock. */
export const world = {
  now: () => Date.now(),
  uuid: () => randomUUID(),
  random: (bytes: number) => randomBytes(bytes),
};

/** A declaration of the corpus for fuzzing, with changes. */
export function inCorpus(name: string, change: Partial<Declaration> = {}): Declaration {
  const text = readFileSync(`test/fuzz/corpus/declarations/${name}.txt`, 'utf8');
  return { ...JSON.parse(text), ...change };
}

/** What a request is made of besides the demo credentials. */
interface Parts {
  /** Values that replace others; undefined for one that is missing. */
  readonly over?: Readonly<Record<string, string | undefined>>;
  /** Whether "use" is added. */
  readonly use?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: number;
}

/** Sends a request of a declaration as a client would, with demo credentials. */
export async function exchange(
  declaration: Declaration,
  origin: string,
  template: RequestTemplate | undefined,
  { over = {}, use = false, now = Date.now() }: Parts = {},
) {
  if (!template) throw new Error(`${declaration.name} has no such request`);
  const baseUrl = `${origin}/${declaration.name}`;
  const values = Object.entries({ ...samplesOf(declaration).credentials, ...over });
  const lookUp = requestValues(declaration, {
    values: new Map(values.flatMap(([name, v]) => (v === undefined ? [] : [[name, v]]))),
    uuid: world.uuid,
    now,
    baseUrl,
  });
  const request = buildRequest(template, baseUrl, lookUp);
  const { url, ...rest } = use
    ? addCarriers(request, carriersOf(declaration.use, lookUp))
    : request;
  const { status, headers, ...response } = await fetch(url, rest).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }));
  const body = response.text === '' ? undefined : JSON.parse(response.text);
  const cookies = new Map(
    headers.getSetCookie().map((cookie) => {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      return [name, value];
    }),
  );
  return { status, headers, body, cookies };
}

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
