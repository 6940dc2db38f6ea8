/** What was found → a draft of a declaration, with its doubts and with what only the user knows. */
import type { Place } from '../declaration/declaration.ts';
import { escaped } from '../declaration/pointer.ts';
import type { AnswerMember, FoundDoubt, FoundLogin, Input } from './found.ts';
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
    const use = this.#use();
    const refresh = this.#refresh();
    const declaration = {
      version: 1,
      ...(this.#answers.name !== undefined && { name: this.#answers.name }),
      title: oneLine(title),
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
      this.#doubt('', `the server ${url} is not used: a login needs https and a name`);
    }
    if (server !== undefined) {
      if (server === '') return undefined;
      return [{ name: 'production', baseUrl: this.#withHostFields(server) }];
    }
    this.#questions.push({
      about: 'server',
      choices: usable.map(({ url, description }) => ({
        value: url,
        label: description === undefined ? url : `${url} (${description})`,
      })),
    });
    if (usable.length === 0) {
      this.#doubt('', 'no server is known: add "environments", or name it with --base-url');
      return undefined;
    }
    this.#doubt('/environments', 'check the server before a secret goes there');
    return usable.map(({ url, description = '' }, index) => ({
      name: environmentName(description, index),
      baseUrl: this.#withHostFields(url),
    }));
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
      written = written.replace(`{${input.at[0]}}`, String(this.#template(input)));
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
    const isSure = inputs.some(({ required }) => required);
    if (spare.length > 1 || (spare.length > 0 && !isSure)) {
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
    const once = isCodeName(name);
    const secret = once || this.#isSecret(input);
    const field = this.#field({
      name: isGeneral(name) ? ownName(input) : name,
      secret,
      once,
      optional: once || (!required && input.in !== 'path'),
      description,
    });
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
    const keep = csrf.map(({ name, place }) => {
      const own = fieldName(name, taken);
      taken.add(own);
      return [own, { at: place }] as const;
    });
    const isJwt = members.some(({ place, format }) => format === 'jwt' && same(place, token));
    const lifetime = isJwt ? undefined : this.#lifetime(members);
    if (keep.length > 0) this.#doubt('/answer/keep', 'calls may need it: see "use"');
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
      .map((member) => ({ member, score: scoreOfMember(member) }))
      .filter(({ score }) => score > 0)
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
    if (best.score < 4) this.#doubt('/answer/token', 'it may be another value: check it');
    return best.member.place;
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

  #use(): Readonly<Record<string, unknown>> {
    const { carrier, answer } = this.#found;
    const token = this.#token;
    // The answer has `Bearer …` as calls need it.
    const isPrefixed = answer?.members.some(
      ({ place, prefix }) => prefix !== undefined && same(place, token),
    );
    if (!carrier) {
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

  #refresh(): Readonly<Record<string, unknown>> | undefined {
    const { refresh, answer } = this.#found;
    if (!refresh || !answer?.members.some(({ name }) => isRefreshName(name))) return undefined;
    const { method, path, body, inputs } = refresh;
    const fields = new Set(this.#fields.keys());
    const entries = inputs.flatMap((each): readonly (readonly [Input, unknown])[] => {
      const name = each.at.at(-1) ?? '';
      if (isRefreshName(name)) return [[each, '{refresh_token}']];
      const fixed = each.constant ?? (isConstant(name, each.sample) ? each.sample : undefined);
      if (fixed !== undefined) return [[each, fixed]];
      return fields.has(fieldName(name)) ? [[each, `{${fieldName(name)}}`]] : [];
    });
    if (!entries.some(([, value]) => value === '{refresh_token}')) return undefined;
    const members = entries.filter(([each]) => each.in === 'body');
    const json = members.reduce<unknown>((all, [each, value]) => withMember(all, each, value), {});
    const form = Object.fromEntries(
      members.map(([each, value]) => [each.at.join('/'), String(value)]),
    );
    return {
      request: {
        method,
        path,
        ...(body === 'json' && members.length > 0 && { json }),
        ...(body === 'form' && members.length > 0 && { form }),
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

function placeWords(place: Place): string {
  if (typeof place === 'string') return place === '' ? 'the whole answer' : place;
  if ('header' in place) return `the header ${place.header}`;
  return 'cookie' in place ? `the cookie ${place.cookie}` : 'the whole text';
}

function same(a: Place, b: Place | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function inputLabel({ at, description }: Input): string {
  const about = description === undefined ? '' : `: ${oneLine(description).slice(0, 60)}`;
  return `${at.join('.')}${about}`;
}

/** Whether a URL can be a server of a declaration; one in the network of its own needs no https. */
function isServer(url: string): boolean {
  const plain = url.replace(/\{[^{}]*\}/g, 'x');
  if (!/^https:\/\//.test(plain) || !URL.canParse(plain)) return false;
  const { hostname, username, search, hash } = new URL(plain);
  const isLocal = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  return !isLocal && username === '' && search === '' && hash === '';
}

function environmentName(description: string, index: number): string {
  const words = description.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const known = [
    'production',
    'live',
    'sandbox',
    'test',
    'testing',
    'staging',
    'demo',
    'development',
  ];
  const named = words.find((word) => known.includes(word));
  if (named !== undefined) return index === 0 ? named : `${named}${index + 1}`;
  return index === 0 ? 'production' : `server${index + 1}`;
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
