/** What one provider's server answers, by its declaration alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type {
  Declaration,
  RequestTemplate,
  Sample,
  Sandbox as Samples,
} from '../declaration/declaration.ts';
import { renderTemplate } from '../declaration/template.ts';
import { type Found, type Incoming, matchesPath, matchRequest, matchText } from './match.ts';
import { type LookUp, renderSample } from './sample.ts';
import { createTokens } from './tokens.ts';
import type { World } from './world.ts';

/** An answer to send. */
export interface Reply {
  readonly status: number;
  /** To be sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds to wait before it is sent. */
  readonly delay?: number;
}

/** Seconds that a token lives where the declaration does not say. */
const lifetimeOtherwise = 3600;

/** A path that is served: the requests it takes, and what it says to one. */
interface Exchange {
  readonly templates: readonly RequestTemplate[];
  readonly answer: (incoming: Incoming) => Reply;
}

/**
 * Makes the server of one provider. It keeps the tokens that it gave out.
 * A refresh or verify request is served where the declaration has sample answers for it.
 */
export function createResponder(
  declaration: Declaration,
  samples: Samples,
  world: World,
): (incoming: Incoming) => Reply {
  const { login, refresh, verify, use, answer } = declaration;
  const { now, uuid } = world;
  const tokens = createTokens(world);
  const { refreshed, accepted } = samples;
  const credentials: Found = new Map(Object.entries(samples.credentials));
  const delay = answer.refusalDelay ?? 0;

  const exchanges: Exchange[] = [
    { templates: login.map(({ request }) => request), answer: answerLogin },
  ];
  if (refresh && refreshed) {
    exchanges.push({
      templates: [refresh],
      answer: (incoming) => {
        const token = take(refresh, incoming)?.get('refresh_token');
        return token !== undefined && tokens.knows('refresh', token)
          ? fill(refreshed, refresh, incoming)
          : fill(samples.refreshRefused ?? samples.refused, refresh, incoming);
      },
    });
  }
  if (verify && accepted) {
    // Every declared form of the token is one that the provider may take, so all of them count.
    const forms = [use.value, ...(use.alternates ?? [])].map((form) => ({
      ...verify.request,
      headers: { ...verify.request.headers, [use.header]: form },
    }));
    exchanges.push({
      templates: [verify.request],
      answer: (incoming) => {
        const token = forms
          .map((form) => take(form, incoming)?.get('token'))
          .find((token) => token !== undefined && tokens.knows('access', token));
        return token === undefined
          ? fill(samples.notAccepted ?? samples.refused, verify.request, incoming)
          : fill(accepted, verify.request, incoming, token);
      },
    });
  }

  return (incoming) => {
    const here = exchanges.flatMap(({ templates, answer }) =>
      templates
        .filter((template) => matchesPath(template, incoming))
        .map(({ method }) => ({ method, answer })),
    );
    const exchange = here.find(({ method }) => method === incoming.method);
    if (exchange) return exchange.answer(incoming);
    if (here.length === 0) {
      return { status: 404, body: { error: `${declaration.name} has no such path here` } };
    }
    const allowed = [...new Set(here.map(({ method }) => method))].join(', ');
    return {
      status: 405,
      body: { error: `this path takes ${allowed}` },
      headers: { Allow: allowed },
    };
  };

  function answerLogin(incoming: Incoming): Reply {
    for (const { request } of login) {
      const found = take(request, incoming);
      if (!found) continue;
      return areDemoCredentials(found, credentials)
        ? fill(samples.success, request, incoming)
        : { ...fill(samples.refused, request, incoming), delay };
    }
    const form = login.find(({ request }) => matchesPath(request, incoming))?.request;
    return { ...fill(samples.malformed ?? samples.refused, form, incoming), delay };
  }

  function fill(
    sample: Sample,
    form: RequestTemplate | undefined,
    incoming: Incoming,
    token?: string,
  ): Reply {
    const iat = Math.floor(now() / 1000);
    const common = (name: string, lifetime: number): string | number => {
      if (name === 'uuid') return uuid();
      if (name === 'now') return new Date(now()).toISOString();
      if (name === 'iat') return iat;
      if (name === 'exp') return iat + lifetime;
      if (name === 'lifetime') return lifetime;
      const credential = credentials.get(name);
      if (credential === undefined) throw new Error(`no value for the placeholder {${name}}`);
      return credential;
    };
    const lifetime = answer.lifetime?.documented ?? lifetimeOtherwise;
    const make = (kind: 'access' | 'refresh', template: unknown, lifetime: number): string => {
      const claims = template && renderSample(template, (name) => common(name, lifetime));
      return tokens.make({ kind, lifetime, claims });
    };
    const lookUp: LookUp = (name) => {
      if (name === 'token') return token ?? make('access', samples.claims, lifetime);
      if (name === 'refresh_token') {
        return make('refresh', samples.refreshClaims, samples.refreshLifetime ?? lifetime);
      }
      if (name.startsWith('request:')) {
        return echo(name.slice('request:'.length), form, incoming, (n) => common(n, lifetime));
      }
      return common(name, lifetime);
    };
    return { status: sample.status, body: renderSample(sample.body, lookUp) };
  }
}

/** A request with an empty header is of no form: servers exist that refuse it for that alone. */
function take(template: RequestTemplate, incoming: Incoming): Found | undefined {
  if ([...incoming.headers.values()].includes('')) return undefined;
  return matchRequest(template, incoming);
}

/** A header of the request; where it is not as the request should have it, one that is. */
function echo(
  header: string,
  form: RequestTemplate | undefined,
  incoming: Incoming,
  lookUp: LookUp,
): string {
  const given = incoming.headers.get(header.toLowerCase());
  const declared = Object.entries(form?.headers ?? {}).find(
    ([name]) => name.toLowerCase() === header.toLowerCase(),
  );
  if (!declared) return given ?? '';
  const [, template] = declared;
  if (given !== undefined && matchText(template, given)) return given;
  return renderTemplate(template, (name) => String(lookUp(name)));
}

/** Every value is compared, and each in constant time, as a server should. */
function areDemoCredentials(found: Found, credentials: Found): boolean {
  const generated = ['uuid', 'now'];
  const equal = [...found]
    .filter(([name]) => !generated.includes(name))
    .map(([name, value]) => {
      const expected = credentials.get(name);
      return expected !== undefined && timingSafeEqual(digest(value), digest(expected));
    });
  return !equal.includes(false);
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
