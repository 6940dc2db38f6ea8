/** The security schemes of a document, and what each operation needs of them. */
import type { FoundCarrier } from '../found.ts';
import { wordsOf } from '../names.ts';
import { isToken } from '../texts.ts';
import type { Node } from './node.ts';
import type { Api, Operation } from './operations.ts';

/** A security scheme. */
export interface Scheme {
  readonly name: string;
  readonly kind: 'basic' | 'bearer' | 'header' | 'query' | 'cookie' | 'oauth' | 'other';
  /** Of the header, the parameter or the cookie. */
  readonly key: string;
  readonly description: string;
  readonly node: Node;
}

/** A flow that gets its token without a browser. */
export interface Flow {
  readonly scheme: string;
  readonly grant: 'password' | 'client_credentials';
  readonly tokenUrl: string;
  readonly refreshUrl: string;
}

/** The schemes by their names. Those that cannot be read are left out. */
export function schemesOf({ root, version }: Api): ReadonlyMap<string, Scheme> {
  const all = root.tolerant(
    () =>
      version === 2
        ? root.get('securityDefinitions')
        : root.get('components').get('securitySchemes'),
    undefined,
  );
  const schemes = new Map<string, Scheme>();
  for (const name of all?.keys ?? []) {
    const node = root.tolerant(() => all?.get(name), undefined);
    if (node?.isMap) schemes.set(name, schemeOf(name, node));
  }
  return schemes;
}

function schemeOf(name: string, node: Node): Scheme {
  const type = node.text('type').toLowerCase();
  const scheme = node.text('scheme').toLowerCase();
  const place = node.text('in').toLowerCase();
  const key = node.text('name');
  const description = node.text('description');
  const about = { name, key, description, node };
  if (type === 'basic' || (type === 'http' && scheme === 'basic'))
    return { ...about, kind: 'basic' };
  if (type === 'http' && scheme === 'bearer') return { ...about, kind: 'bearer' };
  if (type === 'oauth2' || type === 'openidconnect') return { ...about, kind: 'oauth' };
  if (type === 'apikey' && key !== '') {
    if (place === 'header' || place === 'query' || place === 'cookie')
      return { ...about, kind: place };
  }
  return { ...about, kind: 'other' };
}

/** The alternatives of an operation: the names of the schemes that each needs together. */
export function needsOf(
  operation: Operation,
  root: Node,
): { readonly alternatives: readonly (readonly string[])[]; readonly isOwn: boolean } {
  const own = operation.node.raw('security');
  const isOwn = Array.isArray(own);
  const security: unknown = isOwn ? own : root.raw('security');
  const alternatives = (Array.isArray(security) ? security : [])
    .slice(0, 50)
    .filter((each) => typeof each === 'object' && each !== null)
    .map((each: object) => Object.keys(each));
  return { alternatives, isOwn };
}

/** The flows for a password or client credentials. */
export function flowsOf(schemes: ReadonlyMap<string, Scheme>): readonly Flow[] {
  return [...schemes.values()].flatMap(({ name, kind, node }): readonly Flow[] => {
    if (kind !== 'oauth') return [];
    const flow = (grant: Flow['grant'], of: Node): readonly Flow[] => {
      const tokenUrl = of.text('tokenUrl');
      if (tokenUrl === '') return [];
      return [{ scheme: name, grant, tokenUrl, refreshUrl: of.text('refreshUrl') }];
    };
    // 2.0 has one flow, whose name is its kind.
    const old = node.text('flow');
    if (old === 'password') return flow('password', node);
    if (old === 'application') return flow('client_credentials', node);
    const flows = node.tolerant(() => node.get('flows'), undefined);
    if (!flows) return [];
    return [
      ...flow('password', flows.get('password')),
      ...flow('client_credentials', flows.get('clientCredentials')),
    ];
  });
}

/** How calls carry the token, with our doubts about it. */
export interface Carriage {
  readonly carrier?: FoundCarrier;
  /** The scheme, which other operations may need together with more. */
  readonly scheme?: string;
  readonly doubts: readonly string[];
}

/** What most other operations need, if it can carry a token. */
export function carriageOf(
  api: Api,
  schemes: ReadonlyMap<string, Scheme>,
  login: Operation | undefined,
  used: ReadonlySet<string>,
  hasToken: boolean,
): Carriage {
  const uses = new Map<string, number>();
  for (const operation of api.operations) {
    if (operation === login) continue;
    const { alternatives } = needsOf(operation, api.root);
    for (const name of new Set(alternatives.flat())) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const all = [...schemes.values()].filter(({ name, kind }) => {
    return kind !== 'basic' && kind !== 'other' && !used.has(name);
  });
  const needed = all.filter(({ name }) => uses.has(name));
  const isCookie = ({ kind, key }: Scheme) => kind === 'cookie' || /^cookie$/i.test(key);
  // Without a token in the body there is one in a cookie.
  const fitOf = (scheme: Scheme) => plainFit(scheme) + (!hasToken && isCookie(scheme) ? 10 : 0);
  const [best] = (needed.length > 0 ? needed : all)
    .map((scheme) => ({ scheme, score: fitOf(scheme), uses: uses.get(scheme.name) ?? 0 }))
    .sort((a, b) => b.score - a.score || b.uses - a.uses);
  if (!best) return { doubts: [] };
  return { ...carrierOf(best.scheme), scheme: best.scheme.name };
}

function plainFit({ kind, key, name, description }: Scheme): number {
  if (kind === 'bearer' || /^authorization\b/i.test(key)) return 5;
  const words = wordsOf(`${name} ${key}`);
  if (/^cookie$/i.test(key)) return 1;
  if (words.some((each) => /^(token|jwt|bearer|session|sid|auth)$/.test(each))) {
    return kind === 'query' ? 2 : 4;
  }
  if (kind === 'oauth') return 3;
  return /\b(token|jwt|session)\b/i.test(description) ? 3 : 0;
}

/** What stands before a token in a description, such as `Token xxxx.yyyy` or `JWT <token>`. */
const writtenPrefix =
  /\b(Token|JWT|Bearer|bearer|Session|ApiKey)\s+(?:[<{[$]|[xX]{3}|[A-Z]+_[A-Z_]+\b|eyJ)/;

function carrierOf({ kind, key, description, node }: Scheme): Carriage {
  if (kind === 'bearer')
    return { carrier: { header: 'Authorization', prefix: 'Bearer ' }, doubts: [] };
  if (kind === 'oauth') {
    const hasFlow = /"(password|clientCredentials|application)"/.test(
      JSON.stringify([...(node.get('flows').keys ?? []), node.text('flow')]),
    );
    const doubts = hasFlow
      ? []
      : ['the document speaks of OAuth, and not of the token of this login: this is the usual way'];
    return { carrier: { header: 'Authorization', prefix: 'Bearer ' }, doubts };
  }
  if (kind === 'query') return { carrier: { query: key }, doubts: [] };
  if (kind === 'cookie' && /^[^\s;,="\p{C}]+$/u.test(key))
    return { carrier: { cookie: key }, doubts: [] };
  if (kind !== 'header') return { doubts: [] };
  if (/^cookie$/i.test(key)) {
    return { doubts: ['calls carry a cookie, whose name the document does not say'] };
  }
  const written = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([A-Za-z]+)?/.exec(key);
  if (written?.[1] !== undefined) {
    const prefix = written[2] === undefined ? {} : { prefix: `${written[2]} ` };
    const doubt = 'the document has the value in the name of the header: check it';
    return { carrier: { header: written[1], ...prefix }, doubts: [doubt] };
  }
  if (!isToken(key)) return { doubts: [] };
  if (!/^authorization$/i.test(key)) return { carrier: { header: key }, doubts: [] };
  const prefix = writtenPrefix.exec(description)?.[1];
  if (prefix !== undefined) return { carrier: { header: key, prefix: `${prefix} ` }, doubts: [] };
  const doubts = /bearer/i.test(`${description} ${node.text('bearerFormat')}`)
    ? []
    : ['the document does not say whether "Bearer" stands before the token: it usually does'];
  return { carrier: { header: key, prefix: 'Bearer ' }, doubts };
}
