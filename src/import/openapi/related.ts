/** The other requests of a document that are about the token: the check, the logout, the renewal. */
import type { FoundCarrier, FoundDoubt, FoundRefresh, FoundRequest, Input } from '../found.ts';
import { isGrantName, isRefreshName, isSecretName, tokenScore, wordsOf } from '../names.ts';
import { lookAtAnswer } from './answer.ts';
import { lookAtInputs } from './inputs/look.ts';
import { sentBy } from './inputs.ts';
import { type Api, answersOf, bodiesOf, type Operation, parametersOf } from './operations.ts';
import { requestPath } from './path.ts';
import { segmentsOf } from './rank.ts';
import { membersOf } from './schema.ts';
import { needsOf, type Scheme } from './security.ts';

/** The requests, with the doubts about them. */
export interface Related {
  readonly verify?: FoundRequest;
  readonly logout?: FoundRequest;
  readonly refresh?: FoundRefresh;
  readonly doubts: readonly FoundDoubt[];
}

/** Finds the requests about the token that a login gives. */
export function relatedTo(
  api: Api,
  login: Operation,
  schemes: ReadonlyMap<string, Scheme>,
  carrier: FoundCarrier | undefined,
): Related {
  const doubts: FoundDoubt[] = [];
  const others = api.operations.filter((each) => each !== login && !each.isDeprecated);
  const verify = best(others, (each) => verifyScore(api, each, login));
  const logout = best(others, (each) => logoutScore(each, login));
  const refresh =
    sameRefresh(api, login, schemes) ?? otherRefresh(api, others, login, schemes, carrier);
  if (verify) {
    const flag = api.root
      .tolerant(() => lookAtAnswer(api, verify), [])
      .find((name) => saysWhether.test(name));
    if (flag !== undefined) {
      doubts.push({
        pointer: '/verify',
        text: `its answer has "${flag}": if it succeeds without a token too, add "accepted"`,
      });
    }
  }
  const ends = logout && requestOf(api, logout);
  if (logout && !ends) {
    doubts.push({
      pointer: '',
      text: `"${logout.method} ${logout.path}" may be the logout, but it needs more than the token`,
    });
  }
  const asks = verify && requestOf(api, verify);
  return {
    ...(asks && { verify: asks }),
    ...(ends && { logout: ends }),
    ...(refresh && { refresh }),
    doubts,
  };
}

const saysWhether = /^(is_?)?(logged_?in|authenticated|valid|active|authorized)$/i;

function best(
  operations: readonly Operation[],
  score: (operation: Operation) => number,
): Operation | undefined {
  return operations
    .map((operation) => ({ operation, points: operation.node.tolerant(() => score(operation), 0) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.operation.path.length - b.operation.path.length)[0]
    ?.operation;
}

/** A request that needs nothing but the token, and what has a value of its own. */
function requestOf(api: Api, operation: Operation): FoundRequest | undefined {
  if (!isSimple(api, operation)) return undefined;
  const path = requestPath(operation.path);
  return path.hasParameters ? undefined : { method: operation.method, path: path.path };
}

function isSimple(api: Api, operation: Operation): boolean {
  const parameters = parametersOf(operation, api.version).filter((each) => {
    return each.required && !(each.in === 'header' && isCarried(each.name));
  });
  if (parameters.length > 0) return false;
  return !bodiesOf(operation, api).some(
    ({ required, schema }) => required || membersOf(schema).members.some((each) => each.required),
  );
}

/** Headers that "use" may have. */
function isCarried(name: string): boolean {
  return isSecretName(name) || /user-?id|csrf/i.test(name);
}

function verifyScore(api: Api, operation: Operation, login: Operation): number {
  const { method, path, summary, description, id, node } = operation;
  if (method !== 'GET' || path === login.path || path.includes('{')) return 0;
  const { alternatives, isOwn } = needsOf(operation, api.root);
  if (isOwn && alternatives.length === 0) return 0;
  const segments = segmentsOf(path).map((each) => wordsOf(each).join(''));
  const last = segments.at(-1) ?? '';
  const [first = ''] = description.slice(0, 300).split(/(?<=\.)\s/);
  const about = `${summary === '' ? first : summary} ${wordsOf(id).join(' ')}`;
  if (/\b(refresh|renew|logout|log ?out|list|all|sign ?out)\b/i.test(about)) return 0;
  const saysCurrent = /\b(current|own|your|me|who ?am ?i|logged.?in|authenticated)\b/i.test(about);
  const isSafe = answersOf(operation, api).length > 0 || !node.get('responses').exists;
  const score = lastScores[last] ?? 0;
  const isUser = /^(user|users|account|profile|currentuser|session|token)$/.test(last);
  if (!isSafe || !isSimple(api, operation)) return 0;
  if (score > 0) return score + (saysCurrent ? 1 : 0);
  // One user, without an id: that can only be the token's.
  if (last === 'user' && alternatives.flat().length > 0) return saysCurrent ? 5 : 2;
  return isUser && saysCurrent ? 4 : 0;
}

/** How well the last word of a path fits a check of the token. */
const lastScores: Readonly<Record<string, number>> = {
  me: 8,
  whoami: 8,
  self: 7,
  userinfo: 8,
  lookupself: 8,
  tokeninfo: 6,
  verifytoken: 4,
  validatetoken: 4,
  currentuser: 7,
  current: 5,
  profile: 4,
  session: 4,
  introspect: 0,
  checktoken: 4,
  checkauth: 4,
  check: 3,
};

function logoutScore({ method, path, summary, id }: Operation, login: Operation): number {
  if (path.includes('{')) return 0;
  if (method === 'DELETE' && path === login.path) return 10;
  if (method !== 'POST' && method !== 'DELETE' && method !== 'GET') return 0;
  const last = wordsOf(segmentsOf(path).at(-1) ?? '').join('');
  const words = wordsOf(id).join('');
  const isAll = /\ball\b|every|others/i.test(`${summary} ${wordsOf(id).join(' ')}`) ? 2 : 0;
  const bySign = method === 'GET' ? 1 : 0;
  if (/^(logout|logoff|signout|endsession)$/.test(last)) return 9 - bySign - isAll;
  if (/^(revoke|revokeself|revoketoken|tokenrevoke|revocation)$/.test(last) && method !== 'GET')
    return 6 - isAll;
  if (/^(logout|logoff|signout)/.test(words)) return 5 - bySign - isAll;
  const isCurrent = /^(session|sessions|current)$/.test(last) && method === 'DELETE';
  return isCurrent && /\b(current|log ?out|end)\b/i.test(summary) ? 4 : 0;
}

/** A login whose grant_type may be `refresh_token` renews by itself. */
function sameRefresh(
  api: Api,
  login: Operation,
  schemes: ReadonlyMap<string, Scheme>,
): FoundRefresh | undefined {
  const inputs = lookAtInputs(api, login);
  const grant = inputs.find(({ name }) => isGrantName(name));
  if (!grant?.choices.includes('refresh_token')) return undefined;
  if (!inputs.some(({ name }) => isRefreshName(name))) return undefined;
  const bodies = bodiesOf(login, api);
  const kind = bodies.some((each) => each.kind === 'json') ? 'json' : 'form';
  const refresh: Input = { in: 'body', at: ['refresh_token'], required: true };
  const name = inputs.find((each) => isRefreshName(each.name))?.name ?? 'refresh_token';
  const sent = login.node.tolerant(() => sentBy(api, login, schemes), undefined);
  const isGrantInQuery = parametersOf(login, api.version).some(
    (each) => each.in === 'query' && each.name === grant.name,
  );
  return {
    method: login.method,
    path: requestPath(login.path).path,
    body: kind,
    inputs: [
      {
        in: isGrantInQuery ? 'query' : 'body',
        at: [grant.name],
        constant: 'refresh_token',
        required: true,
      },
      ...(sent?.inputs ?? []).filter((each) => each.in === 'header'),
      { ...refresh, at: [name] },
    ],
  };
}

function otherRefresh(
  api: Api,
  others: readonly Operation[],
  login: Operation,
  schemes: ReadonlyMap<string, Scheme>,
  carrier: FoundCarrier | undefined,
): FoundRefresh | undefined {
  const operation = best(others, (each) => refreshScore(api, each, login));
  if (!operation) return undefined;
  const path = requestPath(operation.path);
  if (path.hasParameters) return undefined;
  const { method } = operation;
  const sent = operation.node.tolerant(() => sentBy(api, operation, schemes), undefined);
  if (!sent) return undefined;
  const takesRefresh = sent.inputs.some(({ at }) => isRefreshName(at.at(-1) ?? ''));
  if (takesRefresh) {
    const inputs = sent.inputs.map((each) => {
      return isRefreshName(each.at.at(-1) ?? '') ? { ...each, required: true } : each;
    });
    return { method, path: path.path, ...(sent.body && { body: sent.body }), inputs };
  }
  // Renews by the access token itself.
  const isPlain = isSimple(api, operation) && carrier !== undefined && 'header' in carrier;
  return isPlain ? { method, path: path.path, inputs: [], byToken: true } : undefined;
}

function refreshScore(api: Api, operation: Operation, login: Operation): number {
  const { method, path, summary, id, node } = operation;
  if (method !== 'POST' && method !== 'PUT' && method !== 'GET' && method !== 'PATCH') return 0;
  const words = wordsOf(`${segmentsOf(path).slice(-2).join(' ')} ${id}`);
  const isNamed = words.some((each) => /^(refresh|renew|renewal|extend)$/.test(each));
  const says = /\b(refresh(es)?|renews?|extends?)\b.{0,40}\b(token|session|jwt)\b/i.test(summary);
  if (!isNamed && !says && path !== login.path) return 0;
  if (path === login.path && !isNamed && !says) return 0;
  const answers = node.tolerant(() => lookAtAnswer(api, operation), []);
  const hasToken = answers.some((name) => tokenScore(name) >= 5 && !isRefreshName(name));
  return (isNamed ? 3 : 0) + (says ? 1 : 0) + (hasToken ? 3 : -4) + (method === 'POST' ? 1 : 0);
}

/** Headers beside the token that other operations have as parameters. */
export function headersOfCalls(api: Api, login: Operation | undefined): readonly string[] {
  const counts = new Map<string, number>();
  for (const operation of api.operations) {
    if (operation === login) continue;
    const parameters = api.root.tolerant(() => parametersOf(operation, api.version), []);
    for (const each of parameters) {
      if (each.in === 'header') counts.set(each.name, (counts.get(each.name) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}
