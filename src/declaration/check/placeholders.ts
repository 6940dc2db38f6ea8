/** Checks the placeholders of all templates: each must have a value where it stands. */
import type { Declaration } from '../declaration.ts';
import { templatesOf } from '../derive.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { escaped } from '../pointer.ts';
import { parseTemplate, placeholdersIn } from '../template.ts';
import { logoutRequests, type TemplateAt, templatesInRequest, templatesInUse } from '../uses.ts';
import { generatedNames } from '../values.ts';
import type { Report } from './problem.ts';

/** A template, and which values may stand in it. */
export interface ScopedTemplate extends TemplateAt {
  readonly scope: Scope;
}

/** The part of a declaration that a template stands in. */
type Scope = 'login' | 'refresh' | 'verify' | 'logout' | 'use' | 'derive';

/** Every template of a declaration. */
export function templatesWithScopes(declaration: Declaration): readonly ScopedTemplate[] {
  const { login, refresh, verify, use, derive = {} } = declaration;
  const within = (scope: Scope, prefix: string, templates: readonly TemplateAt[]) =>
    templates.map(({ pointer, template }) => ({ scope, pointer: prefix + pointer, template }));
  return [
    ...login.flatMap(({ request }, index) =>
      within('login', `/login/${index}/request`, templatesInRequest(request)),
    ),
    ...(refresh ? within('refresh', '/refresh/request', templatesInRequest(refresh.request)) : []),
    ...(verify ? within('verify', '/verify/request', templatesInRequest(verify.request)) : []),
    ...logoutRequests(declaration).flatMap((request, index) =>
      within('logout', logoutPointer(declaration, index), templatesInRequest(request)),
    ),
    ...within('use', '/use', templatesInUse(use)),
    ...Object.entries(derive).flatMap(([name, derivation]) => {
      const [kind = ''] = Object.keys(derivation);
      const templates = Object.entries(templatesOf(derivation)).map(([member, template]) => ({
        pointer: `/derive/${escaped(name)}/${kind}/${member}`,
        template,
      }));
      return within('derive', '', templates);
    }),
  ];
}

/** The pointer to a request of the logout. */
export function logoutPointer({ logout }: Declaration, index: number): string {
  return Array.isArray(logout?.request) ? `/logout/request/${index}` : '/logout/request';
}

/** @returns whether the template can be parsed */
export function checkSyntax({ pointer, template }: TemplateAt, report: Report): boolean {
  try {
    const parts = parseTemplate(template);
    for (const part of parts) {
      if (part.kind !== 'placeholder' || part.filter === undefined) continue;
      if (!['number', 'boolean'].includes(part.filter)) {
        const meant = didYouMean(nearest(part.filter, ['number', 'boolean']));
        report(pointer, `there is no filter ${part.filter}: expected number or boolean${meant}`);
      } else if (!pointer.includes('/request/json') && !/\/request\/\d\/json/.test(pointer)) {
        report(pointer, `{${part.name}|${part.filter}} can only be in a JSON body`);
      } else if (parts.length > 1) {
        report(pointer, `{${part.name}|${part.filter}} has to be the whole string`);
      }
    }
    return true;
  } catch (error) {
    const sign = /unmatched ([{}])/.exec(String(error))?.[1] ?? 'brace';
    report(
      pointer,
      `${sign} does not belong to a placeholder: a name has lower-case letters, digits and _, and a literal brace is doubled`,
    );
    return false;
  }
}

/** Checks that each placeholder of a template has a value there. */
export function checkPlaceholders(
  declaration: Declaration,
  { pointer, template, scope }: ScopedTemplate,
  report: Report,
): void {
  const allowed =
    scope === 'derive' ? derivableAt(declaration, pointer) : usableIn(declaration, scope);
  for (const { name } of placeholdersIn(template)) {
    if (allowed.has(name)) continue;
    report(pointer, explain(declaration, name, scope, allowed));
  }
}

/** Why a name may not stand in a place. */
function explain(
  { fields, derive = {}, answer }: Declaration,
  name: string,
  scope: Scope,
  allowed: ReadonlySet<string>,
): string {
  const where = scope === 'login' ? 'in a login' : `in "${scope}"`;
  const field = fields.find((each) => each.name === name);
  if (field && scope === 'use') {
    return `the secret {${name}} would be sent with every call: say so with "carried": true in its field`;
  }
  if (name === 'token' || name === 'refresh_token') {
    return `{${name}} cannot be used ${where}: there is none there`;
  }
  if (Object.hasOwn(answer.keep ?? {}, name)) {
    return `{${name}} is kept of an answer, so it cannot be used ${where}`;
  }
  if (Object.hasOwn(derive, name)) {
    return scope === 'derive'
      ? `{${name}} is derived further down: a value can use only those above it`
      : `{${name}} derives from a value that cannot be used ${where}`;
  }
  return `there is no {${name}}${didYouMean(nearest(name, [...allowed]))}`;
}

/** The names that may stand in a part of a declaration. */
function usableIn(declaration: Declaration, scope: Exclude<Scope, 'derive'>): ReadonlySet<string> {
  const { fields, derive = {}, answer } = declaration;
  const names = new Set(generatedNames);
  for (const { name, secret, carried } of fields) {
    if (scope !== 'use' || !secret || carried) names.add(name);
  }
  if (scope !== 'login') {
    names.add('token');
    for (const name of Object.keys(answer.keep ?? {})) names.add(name);
  }
  if (scope === 'refresh' || scope === 'logout') names.add('refresh_token');
  for (const [name, derivation] of Object.entries(derive)) {
    const used = Object.values(templatesOf(derivation)).flatMap(safePlaceholders);
    if (used.every((each) => names.has(each))) names.add(name);
  }
  return names;
}

/** The names that may stand in a derived value: all but those that are derived below it. */
function derivableAt(declaration: Declaration, pointer: string): ReadonlySet<string> {
  const { fields, derive = {}, answer } = declaration;
  const names = new Set([
    ...generatedNames,
    ...fields.map(({ name }) => name),
    ...Object.keys(answer.keep ?? {}),
    ...['token', 'refresh_token'],
  ]);
  for (const name of Object.keys(derive)) {
    if (pointer.startsWith(`/derive/${escaped(name)}/`)) break;
    names.add(name);
  }
  return names;
}

/** The placeholders of a template, none if it cannot be parsed. */
export function safePlaceholders(template: string): readonly string[] {
  try {
    return placeholdersIn(template).map(({ name }) => name);
  } catch {
    return [];
  }
}
