/** What was found → a draft of a declaration, with its doubts and with what only the user knows. */
import type { Place } from '../declaration/declaration.ts';
import { endsLikeSecret, secretWords } from '../declaration/names.ts';
import { escaped } from '../declaration/pointer.ts';
import type { AnswerMember, FoundDoubt, FoundLogin, FoundServer, Input } from './found.ts';
import {
  fieldName,
  hasSecretWord,
  isCodeName,
  isConstant,
  isCsrfName,
  isRefreshName,
  isSecretName,
  labelOf,
  lifetimeOf,
  tokenScore,
} from './names.ts';

/** What the user has said. */
export interface Answers {
  /** The name of the provider. */
  readonly name?: string;
  /** The base URL; empty if every customer has one of their own. */
  readonly server?: string;
  /** The inputs to send, by their paths; the required ones are sent in any case. */
  readonly inputs?: readonly string[];
  /** Where the token is. */
  readonly token?: Place;
  /** What the lifetime at the place that was found is. */
  readonly lifetime?: LifetimeUnit;
}

/** What a lifetime is counted in; `none` if it is no lifetime. */
export type LifetimeUnit = 's' | 'ms' | 'min' | 'h' | 'iso' | 'epoch-s' | 'epoch-ms' | 'none';

/** A draft of a declaration. */
export interface Draft {
  /** In the form of a declaration's file; it need not be valid. */
  readonly declaration: Readonly<Record<string, unknown>>;
  readonly doubts: readonly FoundDoubt[];
  /** What is still open. */
  readonly questions: readonly Question[];
}

/** Something that only the user knows. */
export type Question =
  | { readonly about: 'server'; readonly choices: readonly Choice[] }
  | { readonly about: 'inputs'; readonly choices: readonly Choice[] }
  | { readonly about: 'token' }
  | { readonly about: 'lifetime'; readonly place: Place; readonly sample?: string };

/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Makes a draft. Nothing is guessed: what is not known is a doubt, and a question where that helps. */
export function draftOf(found: FoundLogin, answers: Answers = {}): Draft {
  return new Drafting(found, answers).draft();
}

/** The path of an input, as `Answers.inputs` names it: `body /auth/user`, `query grant_type`. */
export function inputPath({ in: place, at }: Input): string {
  return place === 'body' ? `body /${at.map(escaped).join('/')}` : `${place} ${at.join('/')}`;
}

class Drafting {
  readonly #found: FoundLogin;
  readonly #answers: Answers;
  readonly #fields = new Map<string, Readonly<Record<string, unknown>>>();
  /** The fields of the inputs, by their paths. */
  readonly #fieldOf = new Map<string, string>();
  readonly #doubts: FoundDoubt[];
  readonly #questions: Question[] = [];
  #token: Place | undefined;

  constructor(found: FoundLogin, answers: Answers) {
    this.#found = found;
    this.#answers = answers;
    this.#doubts = [...found.doubts];
  }

  draft(): Draft {
    const { title, docs, verify, logout } = this.#found;
    const environments = this.#environments();
    const request = this.#request();
    const answer = this.#answer();
    const use = this.#use(answer['token']);
    const refresh = this.#refresh(use);
    const declaration = {
      version: 1,
      ...(this.#answers.name !== undefined && { name: this.#answers.name }),
      title: oneLine(title) || 'An API',
      ...(docs !== undefined && /^https:\/\/[!-~]+$/.test(docs) && { docs }),
      ...(environments && { environments }),
      fields: [...this.#fields.values()],
      login: [{ fields: this.#required(), request }],
      answer,
      ...(refresh && { refresh }),
      ...(verify && { verify: { request: { ...verify } } }),
      ...(logout && { logout: { request: { ...logout } } }),
      use,
    };
    return { declaration, doubts: this.#doubts, questions: this.#questions };
  }

  #doubt(pointer: string, text: string): void {
    this.#doubts.push({ pointer, text });
  }

  #environments(): readonly unknown[] | undefined {
    const { servers } = this.#found;
    const { server } = this.#answers;
    const usable = servers.filter(({ url }) => isServer(url));
    const refused = servers.filter((each) => !usable.includes(each));
    for (const { url } of refused) {
      if (url === server) continue;
      this.#doubt('', `the server ${shownUrl(url)} is not used: a login needs https and a name`);
    }
    if (server !== undefined) {
      if (server === '') return undefined;
      return [{ name: 'production', baseUrl: this.#withHostFields(server) }];
    }
    const named = namedServers(usable);
    this.#questions.push({
      about: 'server',
      choices: named.map(({ url, description }) => ({
        value: url,
        label: description === undefined ? url : `${url} (${oneLine(description)})`,
      })),
    });
    if (usable.length === 0) {
      this.#doubt('', 'no server is known: add "environments", or name it with --base-url');
      return undefined;
    }
    this.#doubt('/environments', 'check the server before a secret goes there');
    if (named.some(({ isSure }) => !isSure) && named.length > 1) {
      this.#doubt('/environments', 'the first is used by default: it may be for tests');
    }
    return named.map(({ name, url }) => ({ name, baseUrl: this.#withHostFields(url) }));
  }

  /** A `{tenant}` in the host is a field. */
  #withHostFields(url: string): string {
    return url.replace(/\/+$/, '').replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const field = this.#field({ name, secret: false });
      return `{${field}}`;
    });
  }

  /** Adds a field. @returns its name */
  #field({
    name,
    secret,
    optional = false,
    once = false,
    description,
  }: {
    readonly name: string;
    readonly secret: boolean;
    readonly optional?: boolean;
    readonly once?: boolean;
    readonly description?: string | undefined;
  }): string {
    const field = fieldName(name);
    const own = this.#fields.has(field) ? fieldName(name, new Set(this.#fields.keys())) : field;
    const about = description === undefined ? '' : oneLine(description);
    this.#fields.set(own, {
      name: own,
      label: labelOf(own),
      secret,
      ...(optional && { optional }),
      ...(once && { once }),
      ...(about !== '' && about.length <= 200 && { description: about }),
    });
    return own;
  }

  #required(): readonly string[] {
    return [...this.#fields.values()]
      .filter((field) => field['optional'] !== true)
      .map((field) => String(field['name']));
  }

  #request(): Readonly<Record<string, unknown>> {
    const { method, path, inputs, body, basic } = this.#found;
    const chosen = this.#chosen(inputs);
    const within = (place: Input['in']) => {
      const own = chosen.filter((each) => each.in === place);
      const entries = own.map((each) => [each.at.join('/'), this.#template(each)] as const);
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    };
    let written = path;
    for (const input of chosen.filter((each) => each.in === 'path')) {
      const value = String(this.#template(input));
      written = written.replaceAll(`{${input.at[0]}}`, () => value);
    }
    const [query, headers, cookies] = [within('query'), within('header'), within('cookie')];
    const user = basic?.user === undefined ? '' : this.#basicUser(basic.user, basic.password);
    const password =
      basic?.password === undefined
        ? ''
        : `{${this.#field({ name: basic.password, secret: true })}}`;
    const members = chosen.filter((each) => each.in === 'body');
    if (query && chosen.some((each) => each.in === 'query' && this.#isSecret(each))) {
      this.#doubt(
        '/login/0/request/query',
        'servers log the query: prefer a body, if there is one',
      );
    }
    return {
      method,
      path: written,
      ...(query && { query }),
      ...(headers && { headers }),
      ...(cookies && { cookies }),
      ...(basic && { basic: { user, password } }),
      ...(body === 'json' && members.length > 0 && { json: this.#json(members) }),
      ...(body === 'form' && members.length > 0 && { form: within('body') }),
    };
  }

  #json(members: readonly Input[]): unknown {
    const whole = members.reduce<unknown>(
      (all, each) => withMember(all, each, this.#template(each)),
      {},
    );
    return withoutHoles(whole);
  }

  /** The user of Basic authentication; without a password, it is a key. */
  #basicUser(name: string, password: string | undefined): string {
    const secret = password === undefined || hasSecretWord(name);
    return `{${this.#field({ name, secret })}}`;
  }

  /** The inputs that are sent: required ones, and those that the user wants. */
  #chosen(inputs: readonly Input[]): readonly Input[] {
    const spare = inputs.filter((each) => !each.required && each.constant === undefined);
    const wanted = this.#answers.inputs;
    if (wanted)
      return inputs.filter((each) => !spare.includes(each) || wanted.includes(inputPath(each)));
    if (spare.length > 0) {
      this.#questions.push({
        about: 'inputs',
        choices: spare.map((each) => ({ value: inputPath(each), label: inputLabel(each) })),
      });
    }
    return inputs;
  }

  #isSecret(input: Input): boolean {
    if (input.constant !== undefined) return false;
    return input.secret ?? isSecretName(valueName(input));
  }

  /** What stands for an input in the request: a constant, or the placeholder of a field. */
  #template(input: Input): unknown {
    const { constant, sample, required, type, description, prefix = '' } = input;
    const name = valueName(input);
    const fixed = constant ?? (isConstant(name, sample) ? sample : undefined);
    if (fixed !== undefined && fixed !== null) {
      if (typeof fixed === 'string') return fixed.replace(/[{}]/g, '$&$&');
      return input.in === 'body' && this.#found.body === 'json' ? fixed : String(fixed);
    }
    const once = input.once ?? isCodeName(name);
    const secret = once || this.#isSecret(input);
    const isCarried = (this.#found.carried ?? []).some((each) => {
      const [place, own] = 'header' in each ? ['header', each.header] : ['query', each.query];
      return each.kept === undefined && input.in === place && name === own;
    });
    const field = this.#field({
      name: isCarried && secret ? carriedName(name) : isGeneral(name) ? ownName(input) : name,
      secret,
      once,
      optional: once || (!required && input.in !== 'path'),
      description,
    });
    this.#fieldOf.set(`${input.in} ${input.at.join('/')}`, field);
    const isTyped = input.in === 'body' && this.#found.body === 'json' && type !== undefined;
    const filter = isTyped && type !== 'string' ? `|${type}` : '';
    return `${prefix.replace(/[{}]/g, '$&$&')}{${field}${filter}}`;
  }

  #answer(): Readonly<Record<string, unknown>> {
    const { answer } = this.#found;
    const members = answer?.members ?? [];
    const token = this.#answers.token ?? this.#tokenPlace(members);
    this.#token = token;
    const refresh = members.find(({ name, type }) => isRefreshName(name) && type !== 'number');
    const csrf = members.filter(({ name, place }) => isCsrfName(name) && !same(place, token));
    const taken = new Set(this.#fields.keys());
    const keep = [
      ...csrf.map(({ name, place }) => {
        const own = fieldName(name, taken);
        taken.add(own);
        return [own, { at: place }] as const;
      }),
      ...(this.#found.carried ?? []).flatMap((each) => {
        return 'header' in each && each.kept !== undefined
          ? [[this.#kept(each.header), { at: each.kept }] as const]
          : [];
      }),
    ];
    const isJwt = members.some(({ place, format }) => format === 'jwt' && same(place, token));
    const lifetime = isJwt ? undefined : this.#lifetime(members);
    if (csrf.length > 0) this.#doubt('/answer/keep', 'calls may need it: see "use"');
    return {
      ...(token !== undefined && { token }),
      ...(refresh && { refreshToken: refresh.place }),
      ...(keep.length > 0 && { keep: Object.fromEntries(keep) }),
      ...(lifetime && { lifetime }),
    };
  }

  #tokenPlace(members: readonly AnswerMember[]): Place | undefined {
    const scored = members
      .filter(({ type }) => type === 'string' || type === 'other')
      .map((member) => ({ member, score: this.#fit(member) }))
      // An "id" may be anybody's.
      .filter(({ score }) => score >= 3)
      .sort((a, b) => b.score - a.score);
    const [best, second] = scored;
    if (!best) {
      this.#questions.push({ about: 'token' });
      this.#doubt('/answer', 'the source does not show where the token is: add "token"');
      return undefined;
    }
    if (second && second.score === best.score) {
      const other = placeWords(second.member.place);
      this.#doubt('/answer/token', `${other} would fit as well`);
    }
    const cookie = members.find(({ place }) => isCookiePlace(place));
    if (cookie && !isCookiePlace(best.member.place)) {
      this.#doubt('/answer/token', `${placeWords(cookie.place)} may be what calls carry`);
    }
    if (best.score < 4) this.#doubt('/answer/token', 'it may be another value: check it');
    return best.member.place;
  }

  /** How well a member fits the token. */
  #fit(member: AnswerMember): number {
    const { carrier } = this.#found;
    const { place } = member;
    const isCarrier =
      carrier !== undefined &&
      'cookie' in carrier &&
      typeof place === 'object' &&
      'cookie' in place &&
      place.cookie === carrier.cookie;
    return Math.max(scoreOfMember(member), isCarrier ? 6 : 0);
  }

  #lifetime(members: readonly AnswerMember[]): Readonly<Record<string, unknown>> | undefined {
    const found = members
      .flatMap((member) => {
        const says = lifetimeOf(member.name);
        return says && member.type !== 'boolean' ? [{ member, says }] : [];
      })
      // What needs no question comes first.
      .sort((a, b) => rank(a) - rank(b));
    const [best] = found;
    if (!best) return undefined;
    const { member, says } = best;
    const at = member.place;
    const { lifetime: unit } = this.#answers;
    if (unit !== undefined) return unit === 'none' ? undefined : lifetimeIn(unit, at);
    if (says.unit !== undefined && rank(best) < 2) {
      return says.unit === 's' ? { at } : { at, unit: says.unit };
    }
    if (member.format === 'date-time' || isIso(member.sample)) return { until: { at, as: 'iso' } };
    const sample = member.sample === undefined ? {} : { sample: String(member.sample) };
    this.#questions.push({ about: 'lifetime', place: at, ...sample });
    const prose = member.description === undefined ? '' : `; it says: ${member.description}`;
    this.#doubt(
      '/answer',
      `${placeWords(at)} looks like a lifetime, and its unit is not known: add "lifetime"${prose}`,
    );
    return undefined;
  }

  #use(token: unknown): Readonly<Record<string, unknown>> {
    const use = this.#tokenUse(token);
    const headers: Record<string, string> = {};
    const query: Record<string, string> = {};
    for (const each of this.#found.carried ?? []) {
      const name = 'header' in each ? each.header : each.query;
      const value = each.kept === undefined ? this.#carriedField(each) : `{${this.#kept(name)}}`;
      if (value === undefined) continue;
      if ('header' in each) headers[name] = value;
      else query[name] = value;
    }
    const queries = { ...query, ...(use['query'] as object | undefined) };
    return {
      ...use,
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(Object.keys(queries).length > 0 && { query: queries }),
    };
  }

  /** The field of an input that calls carry too, which is marked as such. */
  #carriedField(
    each: { readonly header: string } | { readonly query: string },
  ): string | undefined {
    const [place, name] = 'header' in each ? ['header', each.header] : ['query', each.query];
    const field = this.#fields.get(this.#fieldOf.get(`${place} ${name}`) ?? '');
    if (!field) return undefined;
    const own = String(field['name']);
    if (field['secret'] === true) this.#fields.set(own, { ...field, carried: true });
    return `{${own}}`;
  }

  /** The name of a kept value for a header. */
  #kept(header: string): string {
    return fieldName(header.replace(/^x-/i, ''), new Set(this.#fields.keys()));
  }

  #tokenUse(token: unknown): Readonly<Record<string, unknown>> {
    const { carrier, answer } = this.#found;
    // The answer has `Bearer …` as calls need it.
    const isPrefixed = answer?.members.some(
      ({ place, prefix }) => prefix !== undefined && same(place, this.#token),
    );
    const cookie = isCookiePlace(token) ? token.cookie : undefined;
    if (!carrier || (cookie !== undefined && this.#answers.token !== undefined)) {
      if (cookie !== undefined) return { cookie: { [cookie]: '{token}' } };
      this.#doubt(
        '/use',
        'the source does not show how calls carry the token: this is the usual way',
      );
      return { header: 'Authorization', value: isPrefixed ? '{token}' : 'Bearer {token}' };
    }
    if ('query' in carrier) return { query: { [carrier.query]: '{token}' } };
    if ('cookie' in carrier) return { cookie: { [carrier.cookie]: '{token}' } };
    const { header, prefix = '' } = carrier;
    return { header, value: `${isPrefixed ? '' : prefix}{token}` };
  }

  #refresh(use: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
    const { refresh, answer } = this.#found;
    if (refresh?.byToken) {
      if (typeof use['header'] !== 'string') return undefined;
      const { method, path } = refresh;
      const more = use['headers'] as object | undefined;
      const headers = { [use['header']]: use['value'], ...more };
      this.#doubt('/refresh', 'it renews while the token is good: check it');
      return { request: { method, path, headers } };
    }
    if (!refresh || !answer?.members.some(({ name }) => isRefreshName(name))) return undefined;
    const { method, path, body, inputs } = refresh;
    const entries = inputs.flatMap((each): readonly (readonly [Input, unknown])[] => {
      const name = each.at.at(-1) ?? '';
      if (isRefreshName(name)) return [[each, '{refresh_token}']];
      const fixed = each.constant ?? (isConstant(name, each.sample) ? each.sample : undefined);
      if (fixed !== undefined) {
        return [[each, typeof fixed === 'string' ? fixed.replace(/[{}]/g, '$&$&') : fixed]];
      }
      const own = this.#fieldOf.get(`${each.in} ${each.at.join('/')}`) ?? fieldName(name);
      if (this.#fields.has(own)) return [[each, `{${own}}`]];
      if (each.required && tokenScore(name) >= 5) return [[each, '{token}']];
      if (each.required) this.#doubt('/refresh', `it may need "${oneLine(name)}" too`);
      return [];
    });
    if (!entries.some(([, value]) => value === '{refresh_token}')) return undefined;
    const within = (place: Input['in']) => {
      const own = entries.filter(([each]) => each.in === place);
      const texts = own.map(([each, value]) => [each.at.join('/'), String(value)] as const);
      return texts.length === 0 ? undefined : Object.fromEntries(texts);
    };
    const members = entries.filter(([each]) => each.in === 'body');
    const json = members.reduce<unknown>((all, [each, value]) => withMember(all, each, value), {});
    const [query, headers, cookies] = [within('query'), within('header'), within('cookie')];
    return {
      request: {
        method,
        path,
        ...(query && { query }),
        ...(headers && { headers }),
        ...(cookies && { cookies }),
        ...(body === 'json' && members.length > 0 && { json }),
        ...(body === 'form' && members.length > 0 && { form: within('body') }),
      },
    };
  }
}

/** How well a member fits a token. */
function scoreOfMember({ name, type, format, carried, description = '' }: AnswerMember): number {
  const score = tokenScore(name);
  if (carried && !isRefreshName(name) && !isCsrfName(name)) return 12 + score;
  if (score > 0 || isRefreshName(name) || isCsrfName(name)) return score;
  // A JWT of any name, and an answer that is nothing but a text.
  if (format === 'jwt' || /\bJWT\b/.test(description)) return 4;
  return name === '' && type === 'string' ? 4 : 0;
}

/** Lower is surer. */
function rank({
  member,
  says,
}: {
  readonly member: AnswerMember;
  readonly says: NonNullable<ReturnType<typeof lifetimeOf>>;
}): number {
  const isNumber = member.type === 'number' || /^\d+$/.test(String(member.sample ?? ''));
  if (says.kind === 'duration') return isNumber ? 0 : 1;
  if (member.format === 'date-time' || isIso(member.sample)) return 2;
  return 3;
}

function isIso(sample: unknown): boolean {
  return typeof sample === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(sample);
}

/** The words of a lifetime at a place. */
function lifetimeIn(
  unit: Exclude<LifetimeUnit, 'none'>,
  at: Place,
): Readonly<Record<string, unknown>> {
  if (unit === 'iso') return { until: { at, as: 'iso' } };
  if (unit === 'epoch-s' || unit === 'epoch-ms') {
    return { until: { at, as: 'epoch', unit: unit.slice('epoch-'.length) } };
  }
  return unit === 's' ? { at } : { at, unit };
}

/** A place in words. */
export function placeWords(place: Place): string {
  if (typeof place === 'string') return place === '' ? 'the whole answer' : place;
  if ('header' in place) return `the header ${place.header}`;
  return 'cookie' in place ? `the cookie ${place.cookie}` : 'the whole text';
}

/** The name of a secret that calls carry: its last word says that it is one. */
function carriedName(name: string): string {
  const plain = fieldName(name);
  if (endsLikeSecret(plain)) return plain;
  const last = secretWords.find((word) => plain.endsWith(word.toLowerCase()))?.length ?? 0;
  return last > 0 ? `${plain.slice(0, -last)}_${plain.slice(-last)}` : `${plain}_key`;
}

function isCookiePlace(place: unknown): place is { readonly cookie: string } {
  return typeof place === 'object' && place !== null && 'cookie' in place;
}

function same(a: Place, b: Place | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function inputLabel({ at, description }: Input): string {
  const about = description === undefined ? '' : `: ${oneLine(description).slice(0, 60)}`;
  return `${oneLine(at.join('.'))}${about}`;
}

/** A URL without what may be a password in it. */
function shownUrl(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@').replace(/[?#].*$/s, '?…');
}

/** Whether a URL can be a server of a declaration; one in the network of its own needs no https. */
function isServer(url: string): boolean {
  const plain = url.replace(/\{[^{}]*\}/g, 'x');
  if (!/^https:\/\//.test(plain) || !URL.canParse(plain)) return false;
  const { hostname, username, search, hash } = new URL(plain);
  const isLocal = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  return !isLocal && username === '' && search === '' && hash === '';
}

/** Words for servers in their descriptions and hosts; those of production stand first. */
const serverWords: Readonly<Record<string, string>> = {
  production: 'production',
  prod: 'production',
  live: 'production',
  sandbox: 'sandbox',
  test: 'test',
  testing: 'test',
  staging: 'staging',
  stage: 'staging',
  integration: 'integration',
  demo: 'demo',
  explorer: 'demo',
  development: 'development',
  dev: 'development',
};

/** Names for servers, of which the first is the default: one of production, or else one that is not said to be for tests. */
function namedServers(
  servers: readonly FoundServer[],
): readonly (FoundServer & { readonly name: string; readonly isSure: boolean })[] {
  const taken = new Set<string>();
  const named = servers.map((server) => {
    const { url, description = '' } = server;
    const host = url.replace(/\{[^{}]*\}/g, '').replace(/^https:\/\/|\/.*$/g, '');
    const words = `${description} ${host}`.toLowerCase().match(/[a-z]+/g) ?? [];
    const known = words.find((word) => Object.hasOwn(serverWords, word));
    return { server, known: known === undefined ? undefined : serverWords[known] };
  });
  const rankIn = ({ known }: { readonly known: string | undefined }) => {
    return known === 'production' ? 0 : known === undefined ? 1 : 2;
  };
  const sorted = [...named].sort((a, b) => rankIn(a) - rankIn(b));
  return sorted.map(({ server, known }) => {
    const plain = known ?? (servers.length === 1 ? 'production' : 'server');
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}${count}`;
    taken.add(name);
    return { ...server, name, isSure: known !== undefined };
  });
}

function withMember(
  document: unknown,
  input: Pick<Input, 'at' | 'lists'>,
  value: unknown,
  depth = 0,
): unknown {
  const step = input.at[depth];
  if (step === undefined) return value;
  const within = (before: unknown) => withMember(before, input, value, depth + 1);
  if (input.lists?.includes(depth)) {
    const items: unknown[] = Array.isArray(document) ? [...document] : [];
    const at = Number(step);
    while (items.length <= at) items.push(undefined);
    items[at] = within(items[at]);
    return items;
  }
  const entries = typeof document === 'object' && document !== null ? Object.entries(document) : [];
  const members = new Map<string, unknown>(entries);
  members.set(step, within(members.get(step)));
  return Object.fromEntries(members);
}

/** Without the items of lists that are not sent. */
function withoutHoles(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutHoles);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutHoles(each)]));
}

/** The name of a value: its own, else that of the member, for an item that of its list. */
function valueName({ at, lists = [], name }: Input): string {
  return name ?? at.findLast((_, index) => !lists.includes(index)) ?? '';
}

/** Whether a name says nothing without that of what it is in. */
function isGeneral(name: string): boolean {
  return ['id', 'name', 'value', 'key', 'type', 'code'].includes(name.toLowerCase());
}

/** `user name` for the name of a user. */
function ownName({ at, lists = [], name }: Input): string {
  const keys = at.filter((_, index) => !lists.includes(index));
  return name ?? keys.slice(-2).join(' ');
}

/** Text of a source as one printable line. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
