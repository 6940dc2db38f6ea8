/** A provider as a sandbox serves it, and the answers that it renders from samples. */

import type {
  Declaration,
  RequestTemplate,
  Sample,
  Sandbox as Samples,
} from '../declaration/declaration.ts';
import { jwtOf } from '../declaration/derive.ts';
import { renderTemplate } from '../declaration/template.ts';
import type { Incoming } from './compare.ts';
import { codeMoments, type Expected, isRequestOf, isSample, mintedToken } from './expected.ts';
import { type LookUp, renderSample } from './sample.ts';
import { createTokens, type Session, type TokenKind, type Tokens } from './tokens.ts';
import type { World } from './world.ts';

/** An answer that is to be sent. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, if there is no JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The values of the headers `Set-Cookie`. */
  readonly cookies?: readonly string[];
  /** Seconds to wait before sending. */
  readonly delay?: number;
  /** Whether the request was not right. */
  readonly isRefusal?: boolean;
}

/** A provider and what its sandbox remembers. */
export interface Served {
  readonly declaration: Declaration;
  readonly samples: Samples;
  readonly world: World;
  readonly tokens: Tokens;
  readonly credentials: ReadonlyMap<string, string>;
  /** The fields that a request may lack. */
  readonly optional: readonly string[];
}

/** A provider without any sessions. */
export function newServed(declaration: Declaration, samples: Samples, world: World): Served {
  const { fields } = declaration;
  return {
    ...{ declaration, samples, world },
    tokens: createTokens(world),
    credentials: new Map(Object.entries(samples.credentials)),
    optional: fields.filter(({ optional }) => optional).map(({ name }) => name),
  };
}

/**
 * The moment whose one-time codes make a request that of a client with these values; undefined if none
 * does.
 */
export function momentOf(
  { declaration, world, optional: all }: Served,
  expected: Expected,
  incoming: Incoming,
  { values, optional = all }: { values: ReadonlyMap<string, string>; optional?: readonly string[] },
): number | undefined {
  const now = world.now();
  return codeMoments(declaration, now).find((codeTime) =>
    isRequestOf(declaration, expected, incoming, { values, optional, now, codeTime }),
  );
}

/** The values of requests about a session. */
function valuesOf(
  { credentials }: Served,
  { access, refresh, kept }: Session,
): ReadonlyMap<string, string> {
  return new Map([
    ...credentials,
    ...kept,
    ...(access === undefined ? [] : [['token', access] as const]),
    ...(refresh === undefined ? [] : [['refresh_token', refresh] as const]),
  ]);
}

/** The session whose tokens a request has. @param more values besides those of the session */
export function sessionOf(
  served: Served,
  expected: readonly Expected[],
  incoming: Incoming,
  isPossible: (session: Session) => boolean,
  more: ReadonlyMap<string, string> = new Map(),
): Session | undefined {
  const isOf = (session: Session, each: Expected) => {
    const values = new Map([...valuesOf(served, session), ...more]);
    return momentOf(served, each, incoming, { values }) !== undefined;
  };
  const known = served.tokens
    .sessions()
    .find((session) => isPossible(session) && expected.some((each) => isOf(session, each)));
  if (known) return known;
  const minted = mintedSession(served, expected, incoming, more);
  return minted && isPossible(minted) ? minted : undefined;
}

/** A new session, if a request has a token that the client has signed. */
function mintedSession(
  { declaration, world, tokens, credentials, optional }: Served,
  expected: readonly Expected[],
  incoming: Incoming,
  more: ReadonlyMap<string, string>,
): Session | undefined {
  const now = world.now();
  const values = new Map([...credentials, ...more]);
  for (const { mint } of declaration.login) {
    if (mint === undefined || !jwtOf(declaration, mint)) continue;
    const given = { values, optional, now, mint };
    const token = expected
      .map((each) => mintedToken(declaration, each, incoming, given))
      .find((found) => found !== undefined);
    if (token === undefined || tokens.isEnded(token)) continue;
    const session: Session = { kept: new Map() };
    tokens.add(session, 'access', token, secondsLeft(token, now));
    return session;
  }
  return undefined;
}

function secondsLeft(token: string, now: number): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return claims.exp - now / 1000;
}

/** In seconds, if the declaration has no lifetime. */
const defaultLifetime = 3600;

/** What an answer is about. */
export interface About {
  readonly template?: RequestTemplate | undefined;
  readonly incoming: Incoming;
  /** Tokens that it lacks are issued, if the sample has them. */
  readonly session?: Session;
  /** More values of placeholders. */
  readonly values?: ReadonlyMap<string, string>;
  /** How the answer is read; by default, as that to a login. */
  readonly answer?: Declaration['answer'];
}

/** The lifetime of an access token, in seconds. */
export function lifetimeOf({ lifetime }: Declaration['answer']): number {
  return lifetime?.documented ?? defaultLifetime;
}

/** Makes a token that is not valid yet. */
export function makeToken(served: Served, kind: TokenKind, lifetime: number): string {
  const { samples, tokens } = served;
  const claims = kind === 'access' ? samples.claims : samples.refreshClaims;
  const lookUp = commonValues(served, lifetime, new Map());
  return tokens.make(claims && renderSample(claims, lookUp));
}

/** Renders a sample. @throws Error for a placeholder without a value */
export function render(served: Served, sample: Sample, about: About): Reply {
  const { declaration, samples, tokens } = served;
  const { template, incoming, answer = declaration.answer } = about;
  const session: Session = about.session ?? { kept: new Map() };
  const lifetime = lifetimeOf(answer);
  const common = commonValues(
    served,
    lifetime,
    new Map([...session.kept, ...(about.values ?? [])]),
  );
  const issue = (kind: TokenKind, seconds: number): string => {
    const token = makeToken(served, kind, seconds);
    tokens.add(session, kind, token, seconds);
    return token;
  };
  const lookUp: LookUp = (name) => {
    if (name === 'token') return session.access ?? issue('access', lifetime);
    if (name === 'refresh_token') {
      return session.refresh ?? issue('refresh', samples.refreshLifetime ?? lifetime);
    }
    if (name.startsWith('request:')) {
      return echo(name.slice('request:'.length), template, incoming, common);
    }
    return common(name);
  };
  const text = (each: string) => renderTemplate(each, (name) => String(lookUp(name))) ?? '';
  return {
    status: sample.status,
    ...(sample.headers && {
      headers: Object.fromEntries(
        Object.entries(sample.headers).map(([name, value]) => [name, text(value)]),
      ),
    }),
    ...(sample.cookies && {
      cookies: Object.entries(sample.cookies).map(
        ([name, value]) => `${text(name)}=${text(value)}; Path=/; HttpOnly`,
      ),
    }),
    ...(sample.body !== undefined && { body: renderSample(sample.body, lookUp) }),
    ...(sample.text !== undefined && { text: text(sample.text) }),
  };
}

/** The values that any answer and token may have. @param more those of the session */
function commonValues(
  { world, credentials }: Served,
  lifetime: number,
  more: ReadonlyMap<string, string>,
): LookUp {
  const now = world.now();
  const iat = Math.floor(now / 1000);
  const exp = iat + lifetime;
  const times: ReadonlyMap<string, string | number> = new Map<string, string | number>([
    ['now', new Date(now).toISOString()],
    ['iat', iat],
    ['exp', exp],
    ['exp_ms', exp * 1000],
    ['exp_us', exp * 1_000_000],
    ['exp_iso', new Date(exp * 1000).toISOString()],
    ['exp_date', new Date(exp * 1000).toUTCString()],
    ['lifetime', lifetime],
  ]);
  return (name) => {
    if (name === 'uuid') return world.uuid();
    const value = times.get(name) ?? credentials.get(name) ?? more.get(name);
    if (value === undefined) throw new Error(`no value for the placeholder {${name}}`);
    return value;
  };
}

/** A header of the request, or a valid one if the request's is invalid. */
function echo(
  header: string,
  request: RequestTemplate | undefined,
  incoming: Incoming,
  lookUp: LookUp,
): string {
  const given = incoming.headers.get(header.toLowerCase());
  const declared = Object.entries(request?.headers ?? {}).find(
    ([name]) => name.toLowerCase() === header.toLowerCase(),
  );
  if (!declared) return given ?? '';
  const [, template] = declared;
  if (given !== undefined && isSample(template, given)) return given;
  return renderTemplate(template, (name) => String(lookUp(name))) ?? '';
}
