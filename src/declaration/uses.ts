/** Which values the parts of a declaration use. */
import type {
  Basic,
  Declaration,
  Derivation,
  Login,
  Match,
  RequestTemplate,
  Step,
  Use,
} from './declaration.ts';
import { stringsIn, templatesOf } from './derive.ts';
import { escaped } from './pointer.ts';
import { placeholdersIn } from './template.ts';

/** A template, and where it stands in its part of the declaration. */
export interface TemplateAt {
  /** A JSON pointer, from the part. */
  readonly pointer: string;
  readonly template: string;
}

/** The templates of a request. */
export function templatesInRequest(request: RequestTemplate): readonly TemplateAt[] {
  const { path, query, headers, cookies, basic, json, form, text } = request;
  return [
    { pointer: '/path', template: path },
    ...entries('/query', query),
    ...entries('/headers', headers),
    ...entries('/cookies', cookies),
    ...inBasic(basic),
    ...inJson('/json', json),
    ...entries('/form', form),
    ...(text ? [{ pointer: '/text/body', template: text.body }] : []),
  ];
}

/** The templates of `use`. */
export function templatesInUse({
  value,
  alternates = [],
  headers,
  query,
  cookie,
  basic,
}: Use): readonly TemplateAt[] {
  return [
    ...(value === undefined ? [] : [{ pointer: '/value', template: value }]),
    ...alternates.map((template, index) => ({ pointer: `/alternates/${index}`, template })),
    ...entries('/headers', headers),
    ...entries('/query', query),
    ...entries('/cookie', cookie),
    ...inBasic(basic),
  ];
}

/** A request of a login or a logout, in the order in which they are sent. */
export interface Stage {
  /** A JSON pointer to the request, from the login or the logout. */
  readonly pointer: string;
  readonly request: RequestTemplate;
  /** The answer before it, for which alone it is sent. */
  readonly when?: Match;
  /** Absent for the last request of a login, and for those of a logout after its steps. */
  readonly step?: Step;
}

/** The requests of a login; none if it mints its token. */
export function loginStages({ steps, when, request }: Login): readonly Stage[] {
  const last = request && { pointer: '/request', request, ...(when && { when }) };
  return [...stepStages(steps), ...(last ? [last] : [])];
}

/** The requests of a logout. */
export function logoutStages({ logout }: Pick<Declaration, 'logout'>): readonly Stage[] {
  if (!logout) return [];
  const { request, steps } = logout;
  return [
    ...stepStages(steps),
    ...(Array.isArray(request)
      ? request.map((each, index) => ({ pointer: `/request/${index}`, request: each }))
      : [{ pointer: '/request', request }]),
  ];
}

function stepStages(steps: readonly Step[] = []): readonly Stage[] {
  return steps.map((step, index) => ({
    pointer: `/steps/${index}/request`,
    request: step.request,
    step,
    ...(step.when && { when: step.when }),
  }));
}

/** The templates of a login: of its requests, or the name of the token that it mints. */
export function templatesInLogin(login: Login): readonly TemplateAt[] {
  const { mint } = login;
  if (mint !== undefined) return [{ pointer: '/mint', template: `{${mint}}` }];
  return loginStages(login).flatMap(({ pointer, request }) =>
    templatesInRequest(request).map((each) => ({ ...each, pointer: pointer + each.pointer })),
  );
}

/** A request of a declaration. */
export interface DeclaredRequest {
  /** The part of the declaration that it belongs to. */
  readonly part: 'login' | 'refresh' | 'verify' | 'logout';
  /** A JSON pointer from the declaration. */
  readonly pointer: string;
  readonly request: RequestTemplate;
  /** The steps before it. */
  readonly before: readonly Step[];
  /** The answer before it, for which alone it is sent. */
  readonly when?: Match;
}

/** Every request of a declaration. */
export function declaredRequests(declaration: Declaration): readonly DeclaredRequest[] {
  const { login, refresh, verify } = declaration;
  const staged = (part: DeclaredRequest['part'], prefix: string, stages: readonly Stage[]) =>
    stages.map(
      ({ pointer, request, when }, at): DeclaredRequest => ({
        part,
        pointer: prefix + pointer,
        request,
        ...(when && { when }),
        before: stages.slice(0, at).flatMap(({ step }) => (step ? [step] : [])),
      }),
    );
  const single = (part: 'refresh' | 'verify', request: RequestTemplate): DeclaredRequest => ({
    part,
    pointer: `/${part}/request`,
    request,
    before: [],
  });
  return [
    ...login.flatMap((each, index) => staged('login', `/login/${index}`, loginStages(each))),
    ...(refresh ? [single('refresh', refresh.request)] : []),
    ...(verify ? [single('verify', verify.request)] : []),
    ...staged('logout', '/logout', logoutStages(declaration)),
  ];
}

/**
 * The names that templates use, and those that their derived values use.
 *
 * @throws Error as `parseTemplate`
 */
export function namesUsed(
  declaration: Pick<Declaration, 'derive'>,
  templates: readonly TemplateAt[],
): ReadonlySet<string> {
  return namesReached(declaration, templates, () => true);
}

/**
 * The names whose values templates send, as they are or hashed. What only signs a JWT, or makes one-time
 * codes, is not sent.
 */
export function namesSent(
  declaration: Pick<Declaration, 'derive'>,
  templates: readonly TemplateAt[],
): ReadonlySet<string> {
  return namesReached(declaration, templates, (derivation, member) => !isKept(derivation, member));
}

/** The names that templates use, and those in the members of their derived values that count. */
function namesReached(
  { derive = {} }: Pick<Declaration, 'derive'>,
  templates: readonly TemplateAt[],
  counts: (derivation: Derivation, member: string) => boolean,
): ReadonlySet<string> {
  const names = new Set(templates.flatMap(({ template }) => namesIn(template)));
  // A derived value uses only the ones before it.
  for (const [name, derivation] of Object.entries(derive).reverse()) {
    if (!names.has(name)) continue;
    for (const [member, template] of templatesOf(derivation)) {
      if (!counts(derivation, member)) continue;
      for (const each of namesIn(template)) names.add(each);
    }
  }
  return names;
}

/** Whether a member of a function has what never leaves this machine. */
function isKept(derivation: Derivation, member: string): boolean {
  return ('jwt' in derivation && member === 'key') || 'totp' in derivation;
}

/** The fields that a login cannot do without. */
export function requiredFields(
  { fields }: Pick<Declaration, 'fields'>,
  login: Pick<Login, 'fields'>,
): readonly string[] {
  const spare = new Set(fields.filter(isSpare).map(({ name }) => name));
  return login.fields.filter((name) => !spare.has(name));
}

/** The fields that a login uses if they have a value: optional ones, and those with a default. */
export function spareFields(declaration: Declaration, login: Login): readonly string[] {
  const inLogin = namesUsed(declaration, templatesInLogin(login));
  const inHosts = new Set(hostFields(declaration));
  return declaration.fields
    .filter(isSpare)
    .map(({ name }) => name)
    .filter((name) => inLogin.has(name) || login.fields.includes(name) || inHosts.has(name));
}

/** The fields in the hosts of the environments. */
export function hostFields({
  environments = [],
}: Pick<Declaration, 'environments'>): readonly string[] {
  return environments.flatMap(({ baseUrl }) => namesIn(baseUrl));
}

/** Whether a login works without a value of the field, or has one in any case. */
export function isSpare(field: {
  readonly optional?: boolean;
  readonly default?: string;
}): boolean {
  return field.optional === true || field.default !== undefined;
}

/** The fields that are private keys: a key is too long, and too precious, for an argument or a prompt. */
export function privateKeyFields({
  derive = {},
  fields,
}: Pick<Declaration, 'derive' | 'fields'>): ReadonlySet<string> {
  const keys = Object.values(derive).flatMap((each) =>
    'jwt' in each && each.jwt.alg !== 'HS256' ? namesIn(each.jwt.key) : [],
  );
  return new Set(fields.map(({ name }) => name).filter((name) => keys.includes(name)));
}

function namesIn(template: string): readonly string[] {
  return placeholdersIn(template).map(({ name }) => name);
}

function entries(
  pointer: string,
  templates: Readonly<Record<string, string>> | undefined,
): readonly TemplateAt[] {
  return Object.entries(templates ?? {}).map(([name, template]) => ({
    pointer: `${pointer}/${escaped(name)}`,
    template,
  }));
}

function inBasic(basic: Basic | undefined): readonly TemplateAt[] {
  if (!basic) return [];
  return [
    { pointer: '/basic/user', template: basic.user },
    { pointer: '/basic/password', template: basic.password },
  ];
}

function inJson(pointer: string, json: unknown): readonly TemplateAt[] {
  return stringsIn(pointer, json).map(([at, template]) => ({ pointer: at, template }));
}

/** The templates of the request that checks a token, with what "use" adds; none without one. */
export function templatesInVerify({ verify, use }: Declaration): readonly TemplateAt[] {
  if (!verify) return [];
  return [...templatesInRequest(verify.request), ...(verify.bare ? [] : templatesInUse(use))];
}

/** The fields that requests use, by themselves or in derived values. */
export function fieldsUsed(
  declaration: Declaration,
  templates: readonly TemplateAt[],
): Declaration['fields'] {
  const names = namesUsed(declaration, templates);
  return declaration.fields.filter(({ name }) => names.has(name));
}
