/** Checks how calls carry the token, and that everything declared is used. */
import type { Declaration } from '../declaration.ts';
import { keptValues } from '../kept.ts';
import { nearest } from '../nearest.ts';
import { escaped } from '../pointer.ts';
import { placeholdersIn } from '../template.ts';
import { namesSent, namesUsed, templatesInRequest, templatesInUse } from '../uses.ts';
import { secretNames } from '../values.ts';
import { placesIn } from './answers.ts';
import { type ScopedTemplate, safePlaceholders } from './placeholders.ts';
import type { Report } from './problem.ts';
import { checkHeaders } from './requests.ts';

/** Checks that "use" is whole, and that requests about a token carry it. */
export function checkUse(declaration: Declaration, report: Report): void {
  const { use, verify, logout, refresh, answer } = declaration;
  const { header, value, alternates, headers = {}, cookie, basic } = use;
  if ((header === undefined) !== (value === undefined)) {
    const lacking = header === undefined ? 'header' : 'value';
    report('/use', `"header" and "value" belong together: "${lacking}" is missing`);
  }
  if (alternates && value === undefined) report('/use/alternates', '"alternates" needs "value"');
  checkHeaders('/use', header === undefined ? {} : { [header]: '' }, report, []);
  checkHeaders('/use/headers', headers, report, [
    ...(header === undefined ? [] : [header.toLowerCase()]),
    ...(basic ? ['authorization'] : []),
    ...(cookie ? ['cookie'] : []),
  ]);
  if (basic && header?.toLowerCase() === 'authorization') {
    report('/use/basic', 'the header Authorization is set twice');
  }
  if (cookie && header?.toLowerCase() === 'cookie') {
    report('/use/cookie', 'the header Cookie is set twice');
  }
  const isEmpty = templatesInUse(use).length === 0;
  for (const [name, part] of Object.entries({ verify, logout })) {
    if (!part || !(part.bare || isEmpty)) continue;
    const names = namesUsed(declaration, [part.request].flat().flatMap(templatesInRequest));
    if (
      ['token', 'refresh_token', ...keptValues(declaration).keys()].some((each) => names.has(each))
    )
      continue;
    const why = part.bare ? 'a "bare" one gets none' : '"use" adds none';
    report(`/${name}/request`, `the request has no {token}, and ${why}`);
  }
  if (!refresh) return;
  const names = namesUsed(declaration, templatesInRequest(refresh.request));
  if (!names.has('refresh_token') && !names.has('token')) {
    report(
      '/refresh/request',
      'the request has neither {refresh_token} nor {token}, and "use" is not added to it',
    );
  }
  if (names.has('refresh_token') && answer.refreshToken === undefined) {
    report('/refresh/request', '{refresh_token} needs "refreshToken" in "answer"');
  }
}

/** Checks that every field, derived value and login is of use. */
export function checkUnused(
  declaration: Declaration,
  templates: readonly ScopedTemplate[],
  report: Report,
): void {
  const { fields, derive = {}, environments = [], use, login } = declaration;
  const secrets = secretNames(declaration);
  const used = new Set([
    ...templates.flatMap(({ template }) => placeholdersIn(template)).map(({ name }) => name),
    ...login.flatMap(({ mint }) => (mint === undefined ? [] : [mint])),
    ...environments.flatMap(({ baseUrl }) => safePlaceholders(baseUrl)),
    ...placesIn(declaration).flatMap(([, place]) =>
      typeof place === 'object' && 'cookie' in place ? safePlaceholders(place.cookie) : [],
    ),
  ]);
  const names = fields.map(({ name }) => name);
  // A misspelt placeholder is a mistake of its own.
  const meant = [...used].filter((name) => !names.includes(name)).map((n) => nearest(n, names));
  for (const [index, { name, carried, once }] of fields.entries()) {
    if (!used.has(name) && !meant.includes(name)) {
      report(`/fields/${index}`, `the field ${name} is not used`);
    }
    const inUse = namesSent(declaration, templatesInUse(use));
    if (carried && !once && secrets.has(name) && !inUse.has(name)) {
      report(`/fields/${index}/carried`, `"use" does not send ${name}`);
    }
  }
  for (const name of Object.keys(derive)) {
    if (!used.has(name)) report(`/derive/${escaped(name)}`, `the value ${name} is not used`);
  }
  const tokenInUse = namesUsed(declaration, templatesInUse(use));
  const carries = templatesInUse(use).length > 0;
  const keeps = [...keptValues(declaration).keys()];
  if (carries && !tokenInUse.has('token') && !keeps.some((name) => tokenInUse.has(name))) {
    report('/use', 'nothing in "use" has {token}');
  }
  const sets = login.map(({ fields: names }) => [...names].sort().join(' '));
  for (const [index, set] of sets.entries()) {
    if (sets.indexOf(set) < index) report(`/login/${index}/fields`, 'two logins have these fields');
  }
}
