/** Answers requests as one provider's server would, from its declaration. */
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
import { createTokens, type TokenKind } from './tokens.ts';
import type { World } from './world.ts';

export interface Reply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds to wait before sending. */
  readonly delay?: number;
}

/** In seconds, if the declaration has no lifetime. */
const defaultLifetime = 3600;

interface Endpoint {
  readonly templates: readonly RequestTemplate[];
  readonly answer: (incoming: Incoming) => Reply;
}

/**
 * Creates the function that answers one provider's requests. It remembers the tokens that it has
 * issued. Refresh and verify requests are supported if the declaration has sample answers for them.
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

  const endpoints: Endpoint[] = [
    { templates: login.map(({ request }) => request), answer: answerLogin },
  ];
  if (refresh && refreshed) {
    endpoints.push({
      templates: [refresh],
      answer: (incoming) => {
        const token = match(refresh, incoming)?.get('refresh_token');
        return token !== undefined && tokens.isValid('refresh', token)
          ? render(refreshed, refresh, incoming)
          : render(samples.refreshRefused ?? samples.refused, refresh, incoming);
      },
    });
  }
  if (verify && accepted) {
    // The provider may accept any of the declared forms of the header.
    const forms = [use.value, ...(use.alternates ?? [])].map((value) => ({
      ...verify.request,
      headers: { ...verify.request.headers, [use.header]: value },
    }));
    endpoints.push({
      templates: [verify.request],
      answer: (incoming) => {
        const token = forms
          .map((form) => match(form, incoming)?.get('token'))
          .find((token) => token !== undefined && tokens.isValid('access', token));
        return token === undefined
          ? render(samples.notAccepted ?? samples.refused, verify.request, incoming)
          : render(accepted, verify.request, incoming, token);
      },
    });
  }

  return (incoming) => {
    const found = endpoints.flatMap(({ templates, answer }) =>
      templates
        .filter((template) => matchesPath(template, incoming))
        .map(({ method }) => ({ method, answer })),
    );
    const endpoint = found.find(({ method }) => method === incoming.method);
    if (endpoint) return endpoint.answer(incoming);
    if (found.length === 0) {
      return {
        status: 404,
        body: { error: `the sandbox of ${declaration.name} has no such path` },
      };
    }
    const allowed = [...new Set(found.map(({ method }) => method))].join(', ');
    return {
      status: 405,
      body: { error: `this path allows only ${allowed}` },
      headers: { Allow: allowed },
    };
  };

  function answerLogin(incoming: Incoming): Reply {
    for (const { request } of login) {
      const found = match(request, incoming);
      if (!found) continue;
      return areDemoCredentials(found, credentials)
        ? render(samples.success, request, incoming)
        : { ...render(samples.refused, request, incoming), delay };
    }
    const template = login.find(({ request }) => matchesPath(request, incoming))?.request;
    return { ...render(samples.malformed ?? samples.refused, template, incoming), delay };
  }

  function render(
    sample: Sample,
    template: RequestTemplate | undefined,
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
    const lifetime = answer.lifetime?.documented ?? defaultLifetime;
    const issue = (kind: TokenKind, sampleClaims: unknown, lifetime: number): string => {
      const claims = sampleClaims && renderSample(sampleClaims, (name) => common(name, lifetime));
      return tokens.issue({ kind, lifetime, claims });
    };
    const lookUp: LookUp = (name) => {
      if (name === 'token') return token ?? issue('access', samples.claims, lifetime);
      if (name === 'refresh_token') {
        return issue('refresh', samples.refreshClaims, samples.refreshLifetime ?? lifetime);
      }
      if (name.startsWith('request:')) {
        return echo(name.slice('request:'.length), template, incoming, (n) => common(n, lifetime));
      }
      return common(name, lifetime);
    };
    return { status: sample.status, body: renderSample(sample.body, lookUp) };
  }
}

/** Requests with an empty header never match, because some servers refuse them. */
function match(template: RequestTemplate, incoming: Incoming): Found | undefined {
  if ([...incoming.headers.values()].includes('')) return undefined;
  return matchRequest(template, incoming);
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
  if (given !== undefined && matchText(template, given)) return given;
  return renderTemplate(template, (name) => String(lookUp(name)));
}

/** Compares every value, each in constant time, as a server should. */
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
