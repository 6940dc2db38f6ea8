/** Answers requests as one provider's server would, from its declaration. */
import type {
  Declaration,
  RequestTemplate,
  Sample,
  Sandbox as Samples,
} from '../declaration/declaration.ts';
import { renderTemplate } from '../declaration/template.ts';
import { formsOf } from '../declaration/use.ts';
import { loginStages, logoutStages, namesUsed, templatesInRequest } from '../declaration/uses.ts';
import type { Incoming } from './compare.ts';
import { type Expected, hasShape, isAt, isRequestOf, isSample } from './expected.ts';
import { type LookUp, renderSample } from './sample.ts';
import { keptValues } from './samples.ts';
import { createTokens, type TokenKind, type TokenPair } from './tokens.ts';
import type { World } from './world.ts';

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
}

/** In seconds, if the declaration has no lifetime. */
const defaultLifetime = 3600;

/** A kind of request that a sandbox answers. */
interface Endpoint {
  readonly expected: readonly Expected[];
  readonly answer: (incoming: Incoming) => Reply;
}

/**
 * Creates the function that answers one provider's requests. It remembers the tokens that it has
 * issued. Refresh, verify and logout are supported if there are sample answers for them.
 */
export function createResponder(
  declaration: Declaration,
  samples: Samples,
  world: World,
): (incoming: Incoming) => Reply {
  const { login, refresh, verify, logout, use, answer, fields } = declaration;
  const { now, uuid } = world;
  const tokens = createTokens(world);
  const credentials = new Map(Object.entries(samples.credentials));
  const kept = keptValues(declaration);
  const optional = fields.filter((field) => field.optional).map(({ name }) => name);
  const delay = answer.refusalDelay ?? 0;

  const requests = login.flatMap(loginStages).map(({ request }) => request);

  const endpoints: Endpoint[] = [
    { expected: requests.map((request) => ({ template: request })), answer: answerLogin },
  ];
  const { refreshed, accepted, ended } = samples;
  if (refresh && refreshed) {
    const expected = { template: refresh.request };
    const needsRefreshToken = namesUsed(declaration, templatesInRequest(refresh.request)).has(
      'refresh_token',
    );
    endpoints.push({
      expected: [expected],
      answer: (incoming) => {
        const pair = sessionOf([expected], incoming, ({ access, refresh }) =>
          tokens.isValid(needsRefreshToken ? refresh : access),
        );
        return pair
          ? render(refreshed, expected.template, incoming, { refresh: pair.refresh })
          : render(samples.refreshRefused ?? samples.refused, expected.template, incoming);
      },
    });
  }
  if (verify && accepted) {
    const expected = formsOf(use).map((form) => ({
      template: verify.request,
      ...(!verify.bare && { use: { form } }),
    }));
    endpoints.push({
      expected: [{ template: verify.request }],
      answer: (incoming) => {
        const pair = sessionOf(expected, incoming, ({ access }) => tokens.isValid(access));
        return pair
          ? render(accepted, verify.request, incoming, pair)
          : render(samples.notAccepted ?? samples.refused, verify.request, incoming);
      },
    });
  }
  for (const { request } of ended ? logoutStages(declaration) : []) {
    const { ends = 'token', bare } = logout ?? {};
    const expected = { template: request, ...(!bare && { use: { form: use.value } }) };
    endpoints.push({
      expected: [{ template: request }],
      answer: (incoming) => {
        const pair = sessionOf([expected], incoming, () => true);
        if (!pair) return render(samples.refused, request, incoming);
        if (ends === 'token') tokens.end(pair.access);
        if (ends !== 'nothing') tokens.end(pair.refresh);
        return render(ended ?? samples.refused, request, incoming, pair);
      },
    });
  }

  return (incoming) => {
    const found = endpoints.flatMap(({ expected, answer }) =>
      expected
        .filter((each) => isAt(declaration, each, incoming))
        .map((each) => ({ expected: each, method: each.template.method, answer })),
    );
    const possible = found.filter(({ method }) => method === incoming.method);
    // OAuth has one path for logins and refreshes: the rest of the request tells them apart.
    const meant = possible.find(({ expected }) =>
      hasShape(declaration, expected, incoming, optional),
    );
    const endpoint = meant ?? possible[0];
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
    const isWhole = ![...incoming.headers.values()].includes('');
    for (const request of isWhole ? requests : []) {
      const expected = { template: request };
      if (!hasShape(declaration, expected, incoming, optional)) continue;
      return isRequestOf(declaration, expected, incoming, { values: credentials, optional })
        ? render(samples.success, request, incoming)
        : { ...render(samples.refused, request, incoming), delay };
    }
    const template = requests.find((request) => isAt(declaration, { template: request }, incoming));
    return { ...render(samples.malformed ?? samples.refused, template, incoming), delay };
  }

  /** The session whose tokens a request has. */
  function sessionOf(
    expected: readonly Expected[],
    incoming: Incoming,
    isPossible: (pair: TokenPair) => boolean,
  ): TokenPair | undefined {
    return tokens.pairs().find((pair) => {
      if (!isPossible(pair)) return false;
      const { access, refresh } = pair;
      const values = new Map([
        ...credentials,
        ...kept,
        ...(access === undefined ? [] : [['token', access] as const]),
        ...(refresh === undefined ? [] : [['refresh_token', refresh] as const]),
      ]);
      return expected.some((each) =>
        isRequestOf(declaration, each, incoming, { values, optional }),
      );
    });
  }

  /** @param session the tokens that there are; others are issued, if the sample has them */
  function render(
    sample: Sample,
    template: RequestTemplate | undefined,
    incoming: Incoming,
    session: Partial<Record<TokenKind, string | undefined>> = {},
  ): Reply {
    const { access, refresh: known } = session;
    const pair: TokenPair = { ...(known !== undefined && { refresh: known }) };
    const iat = Math.floor(now() / 1000);
    const common = (name: string, lifetime: number): string | number => {
      const exp = iat + lifetime;
      if (name === 'uuid') return uuid();
      if (name === 'now') return new Date(now()).toISOString();
      if (name === 'iat') return iat;
      if (name === 'exp') return exp;
      if (name === 'exp_ms') return exp * 1000;
      if (name === 'exp_us') return exp * 1_000_000;
      if (name === 'exp_iso') return new Date(exp * 1000).toISOString();
      if (name === 'exp_date') return new Date(exp * 1000).toUTCString();
      if (name === 'lifetime') return lifetime;
      const value = credentials.get(name) ?? kept.get(name);
      if (value === undefined) throw new Error(`no value for the placeholder {${name}}`);
      return value;
    };
    const lifetime = answer.lifetime?.documented ?? defaultLifetime;
    const issue = (kind: TokenKind, sampleClaims: unknown, lifetime: number): string => {
      const claims = sampleClaims && renderSample(sampleClaims, (name) => common(name, lifetime));
      return tokens.issue(pair, { kind, lifetime, claims });
    };
    const lookUp: LookUp = (name) => {
      if (name === 'token') return access ?? issue('access', samples.claims, lifetime);
      if (name === 'refresh_token') {
        return issue('refresh', samples.refreshClaims, samples.refreshLifetime ?? lifetime);
      }
      if (name.startsWith('request:')) {
        return echo(name.slice('request:'.length), template, incoming, (n) => common(n, lifetime));
      }
      return common(name, lifetime);
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
