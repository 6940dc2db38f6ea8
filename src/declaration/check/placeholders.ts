/** Checks the placeholders of all templates: each must have a value where it stands. */
import type { Declaration, Derivation } from '../declaration.ts';
import { derivationOf, jwtOf, templatesOf } from '../derive.ts';
import { keptValues, stepValues, valuesOfSteps } from '../kept.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { escaped } from '../pointer.ts';
import { parseTemplate, placeholdersIn } from '../template.ts';
import { declaredRequests, type TemplateAt, templatesInRequest, templatesInUse } from '../uses.ts';
import { generatedNames } from '../values.ts';
import type { Report } from './problem.ts';

/** A template, and which values may stand in it. */
export interface ScopedTemplate extends TemplateAt {
  readonly scope: Scope;
  /** The values of the steps before it. */
  readonly steps: readonly string[];
}

/** The part of a declaration that a template stands in. */
type Scope = 'login' | 'mint' | 'refresh' | 'verify' | 'logout' | 'use' | 'derive';

/** Every template of a declaration. */
export function templatesWithScopes(declaration: Declaration): readonly ScopedTemplate[] {
  const { login, use, derive = {} } = declaration;
  const within = (
    scope: Scope,
    prefix: string,
    templates: readonly TemplateAt[],
    steps: readonly string[] = [],
  ) =>
    templates.map(({ pointer, template }) => ({
      scope,
      steps,
      pointer: prefix + pointer,
      template,
    }));
  return [
    ...declaredRequests(declaration).flatMap(({ part, pointer, request, before }) =>
      within(
        part,
        pointer,
        templatesInRequest(request),
        valuesOfSteps(before).map(({ name }) => name),
      ),
    ),
    ...login.flatMap(({ mint }, index) =>
      mint !== undefined && jwtOf(declaration, mint)
        ? within('mint', `/login/${index}`, [{ pointer: '/mint', template: `{${mint}}` }])
        : [],
    ),
    ...within('use', '/use', templatesInUse(use)),
    ...Object.entries(derive).flatMap(([name, derivation]) => {
      const [kind = ''] = Object.keys(derivation);
      const templates = templatesOf(derivation).map(([member, template]) => ({
        pointer: `/derive/${escaped(name)}/${kind}/${member}`,
        template,
      }));
      return within('derive', '', templates);
    }),
  ];
}

/** Whether a place is in a JSON value, in which numbers and booleans can be written. */
function isInJson(pointer: string): boolean {
  return /\/request(\/\d)?\/json(\/|$)|^\/derive\/[^/]+\/jwt\/(claims|header)\//.test(pointer);
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
      } else if (!isInJson(pointer)) {
        report(
          pointer,
          `{${part.name}|${part.filter}} can only be in a JSON body, or in the claims of a JWT`,
        );
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
  scoped: ScopedTemplate,
  report: Report,
): void {
  const { pointer, template } = scoped;
  const allowed =
    scoped.scope === 'derive'
      ? derivableAt(declaration, pointer)
      : usableIn(declaration, scoped.scope, scoped.steps);
  for (const { name, filter } of placeholdersIn(template)) {
    if (!allowed.has(name)) {
      const why = explain(declaration, name, scoped, allowed);
      if (why !== undefined) report(pointer, why);
    } else if (filter !== undefined && !canBe(declaration, name, filter)) {
      report(pointer, `{${name}|${filter}}: {${name}} is not always a ${filter}`);
    }
  }
}

/** Whether a value may be a number or a boolean: what is worked out is text, but for a time in seconds. */
function canBe(declaration: Declaration, name: string, filter: string): boolean {
  if ([...generatedNames, 'base_url'].includes(name)) return false;
  const derivation = derivationOf(declaration, name);
  if (!derivation) return true;
  return filter === 'number' && 'time' in derivation && /^m?s$/.test(derivation.time.as);
}

/** Why a name may not stand in a place; undefined if another message says it. */
function explain(
  declaration: Declaration,
  name: string,
  scoped: ScopedTemplate,
  allowed: ReadonlySet<string>,
): string | undefined {
  const { scope, pointer } = scoped;
  const { fields, answer, login } = declaration;
  const where = ['login', 'mint'].includes(scope) ? 'in a login' : `in "${scope}"`;
  const field = fields.find((each) => each.name === name);
  if (field?.once) return onlyInLogin(name);
  if (field && scope === 'use') {
    return `the secret {${name}} would be sent with every call: say so with "carried": true in its field`;
  }
  if (name === 'token' || name === 'refresh_token') {
    return `{${name}} cannot be used ${where}: there is none there`;
  }
  if (name === 'base_url') return '{base_url} can only be used in the claims of a JWT';
  if (keptValues({ answer }).has(name)) {
    return `{${name}} is kept of an answer, so it cannot be used ${where}`;
  }
  const isOfLogin = stepValues({ answer, login }).some((each) => each.name === name);
  if (isOfLogin || stepValues(declaration).some((each) => each.name === name)) {
    if (!isOfLogin && scope !== 'logout') return `{${name}} is only there in the logout`;
    return pointer.startsWith('/login/') || pointer.startsWith('/logout/')
      ? `{${name}} is not kept by a step before this request`
      : `{${name}} is only there for the requests after its step: if it is to be kept with the session, say "stored": true in "keep"`;
  }
  const derived = derivationOf(declaration, name);
  if (derived) {
    if (scope === 'derive') {
      return `{${name}} is derived further down: a value can use only those above it`;
    }
    if ('totp' in derived) return onlyInLogin(name);
    const known = derivableAt(declaration, `/derive/${escaped(name)}/`);
    const source = templatesOf(derived)
      .flatMap(([, template]) => safePlaceholders(template))
      .find((each) => !allowed.has(each) && !isSignedWith(declaration, derived, each));
    // A source that is none is a mistake of its own.
    if (source === undefined || !known.has(source)) return undefined;
    const why = explain(declaration, source, scoped, allowed);
    return why === undefined ? undefined : `{${name}} derives from {${source}}: ${why}`;
  }
  return `there is no {${name}}${didYouMean(nearest(name, [...allowed]))}`;
}

function onlyInLogin(name: string): string {
  return `the one-time code {${name}} can only be used in a request of a login`;
}

/** The names that may stand in a part of a declaration. @param steps the values of the steps before */
function usableIn(
  declaration: Declaration,
  scope: Exclude<Scope, 'derive'>,
  steps: readonly string[],
): ReadonlySet<string> {
  const { fields, derive = {} } = declaration;
  const names = new Set([...generatedNames, ...steps]);
  for (const { name, secret, carried, once } of fields) {
    if (once && scope !== 'login') continue;
    if (scope !== 'use' || !secret || carried) names.add(name);
  }
  if (scope !== 'login' && scope !== 'mint') {
    names.add('token');
    for (const name of keptValues(declaration).keys()) names.add(name);
  }
  if (scope === 'refresh' || scope === 'logout') names.add('refresh_token');
  for (const [name, derivation] of Object.entries(derive)) {
    if ('totp' in derivation && scope !== 'login') continue;
    const used = templatesOf(derivation).flatMap(([, template]) => safePlaceholders(template));
    if (used.every((each) => names.has(each) || isSignedWith(declaration, derivation, each))) {
      names.add(name);
    }
  }
  return names;
}

/** Whether a JWT may use a value wherever it stands: the key is not sent, and the base URL is always there. */
function isSignedWith({ fields }: Declaration, derivation: Derivation, name: string): boolean {
  if (!('jwt' in derivation)) return false;
  if (name === 'base_url') return true;
  return derivation.jwt.key === `{${name}}` && fields.some((each) => each.name === name);
}

/** The names that may stand in a derived value: all but those that are derived below it. */
function derivableAt(declaration: Declaration, pointer: string): ReadonlySet<string> {
  const { fields, derive = {} } = declaration;
  const names = new Set([
    ...generatedNames,
    ...fields.map(({ name }) => name),
    ...keptValues(declaration).keys(),
    ...stepValues(declaration).map(({ name }) => name),
    ...['token', 'refresh_token'],
    ...(/^\/derive\/[^/]+\/jwt\/claims/.test(pointer) ? ['base_url'] : []),
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
