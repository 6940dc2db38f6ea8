/** Which values the parts of a declaration use. */
import type { Basic, Declaration, Login, RequestTemplate, Use } from './declaration.ts';
import { templatesOf } from './derive.ts';
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

/**
 * The names that templates use, and those that their derived values use.
 *
 * @throws Error as `parseTemplate`
 */
export function namesUsed(
  { derive = {} }: Pick<Declaration, 'derive'>,
  templates: readonly TemplateAt[],
): ReadonlySet<string> {
  const names = new Set(templates.flatMap(({ template }) => namesIn(template)));
  // A derived value uses only the ones before it.
  for (const [name, derivation] of Object.entries(derive).reverse()) {
    if (!names.has(name)) continue;
    for (const template of Object.values(templatesOf(derivation))) {
      for (const each of namesIn(template)) names.add(each);
    }
  }
  return names;
}

/** The requests of a logout, in the order in which they are sent. */
export function logoutRequests({
  logout,
}: Pick<Declaration, 'logout'>): readonly RequestTemplate[] {
  const { request } = logout ?? {};
  if (request === undefined) return [];
  return Array.isArray(request) ? request : [request];
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
  const inLogin = namesUsed(declaration, templatesInRequest(login.request));
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
  if (typeof json === 'string') return [{ pointer, template: json }];
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    inJson(`${pointer}/${escaped(key)}`, value),
  );
}
