/** Checks the logins and all requests of a declaration. */
import type { Declaration, Match, Step } from '../declaration.ts';
import { isTame } from '../derive.ts';
import { keptValues, type StepValue, valuesOfSteps } from '../kept.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { escaped } from '../pointer.ts';
import { placeholdersIn } from '../template.ts';
import { declaredRequests, namesUsed, templatesInLogin } from '../uses.ts';
import { generatedNames } from '../values.ts';
import type { Report } from './problem.ts';

/** Headers that belong to the connection, or that the program works out itself. */
const forbiddenHeaders: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'te', 'trailer'],
  ...['upgrade', 'expect', 'proxy-authorization', 'proxy-connection', 'accept-encoding'],
]);

const unquoted = 'text that begins with { needs quotes';

/** Checks that each login names the fields that its request uses. */
export function checkLogins(declaration: Declaration, report: Report): void {
  const { login, fields } = declaration;
  const known = fields.map(({ name }) => name);
  for (const [index, each] of login.entries()) {
    const { fields: names } = each;
    const pointer = `/login/${index}`;
    for (const [at, name] of names.entries()) {
      if (!known.includes(name)) {
        report(
          `${pointer}/fields/${at}`,
          `there is no field ${name}${didYouMean(nearest(name, known))}`,
        );
      }
    }
    const used = namesUsed(declaration, templatesInLogin(each));
    for (const { name, optional, default: value } of fields) {
      if (!used.has(name) || names.includes(name) || optional || value !== undefined) continue;
      report(`${pointer}/fields`, `the login uses {${name}}, which is not among its fields`);
    }
  }
}

/** Checks what stands in requests: bodies, headers, paths. */
export function checkRequests(declaration: Declaration, report: Report): void {
  const { derive = {}, fields } = declaration;
  const tame = new Set([
    ...generatedNames,
    ...Object.entries(derive).flatMap(([name, derivation]) => (isTame(derivation) ? [name] : [])),
  ]);
  const spare = [
    ...fields.filter((field) => field.optional).map(({ name }) => name),
    ...[...keptValues(declaration)].flatMap(([name, keep]) => (keep.optional ? [name] : [])),
  ];
  for (const [name, derivation] of Object.entries(derive)) {
    const [form = {}] = Object.values(derivation) as readonly { as?: string; upper?: boolean }[];
    if (form.upper && (form.as ?? 'hex') !== 'hex') {
      report(`/derive/${escaped(name)}`, 'only hexadecimal can be "upper"');
    }
    if (!('jwt' in derivation)) continue;
    const { header, claims } = derivation.jwt;
    for (const [member, json] of Object.entries({ header, claims })) {
      const places = mappingsIn(`/derive/${escaped(name)}/jwt/${member}`, json);
      for (const place of places) report(place, unquoted);
    }
  }
  for (const { pointer, request, before, when } of declaredRequests(declaration)) {
    const values = valuesOfSteps(before);
    const optional = new Set([
      ...spare.filter((name) => !values.some((each) => each.name === name)),
      ...values.filter((each) => isSpare(each, before, when)).map(({ name }) => name),
    ]);
    for (const name of namesUsed(declaration, [{ pointer: '', template: request.path }])) {
      if (optional.has(name)) {
        report(`${pointer}/path`, `the path cannot do without the optional {${name}}`);
      }
    }
    const { json, form, text, headers = {}, basic, cookies, method } = request;
    const bodies = { json, form, text };
    const given = Object.entries(bodies).filter(([, body]) => body !== undefined);
    for (const [name] of given.slice(1)) {
      report(`${pointer}/${name}`, `a request has only one of json, form and text`);
    }
    const [first] = given;
    if (first && method === 'GET') report(`${pointer}/${first[0]}`, 'a GET request has no body');
    const type = Object.keys(headers).find((name) => /^content-type$/i.test(name));
    if (type !== undefined && !first) {
      report(`${pointer}/headers/${type}`, `${type} is not sent with a request that has no body`);
    }
    checkHeaders(`${pointer}/headers`, headers, report, [
      ...(basic ? ['authorization'] : []),
      ...(cookies ? ['cookie'] : []),
    ]);
    for (const place of mappingsIn(`${pointer}/json`, json)) report(place, unquoted);
    if (text?.escape === 'none') {
      for (const { name } of placeholdersIn(text.body)) {
        if (tame.has(name)) continue;
        report(
          `${pointer}/text/escape`,
          `{${name}} could break out of the text: expected "xml" or "json"`,
        );
      }
    }
  }
}

/**
 * Whether a request may be sent without a step's value. Not if it is sent only where the answer of that step
 * has it.
 */
function isSpare(value: StepValue, before: readonly Step[], when: Match | undefined): boolean {
  const step = before[value.step];
  const at = JSON.stringify(step?.keep?.[value.name]?.at);
  const isRequired =
    value.step === before.length - 1 &&
    step?.when === undefined &&
    when?.body?.some((condition) => !condition.absent && JSON.stringify(condition.at) === at);
  return value.optional && !isRequired;
}

/** In YAML, {name} without quotes is a mapping, from the name to nothing. */
function mappingsIn(pointer: string, json: unknown): readonly string[] {
  if (typeof json !== 'object' || json === null) return [];
  const entries = Object.entries(json);
  const [first] = entries;
  if (!Array.isArray(json) && entries.length === 1 && first?.[1] === null) return [pointer];
  return entries.flatMap(([key, value]) => mappingsIn(`${pointer}/${escaped(key)}`, value));
}

/**
 * Checks that each header is set once, and may be.
 *
 * @param taken names in lower case that another word sets
 */
export function checkHeaders(
  pointer: string,
  headers: Readonly<Record<string, string>>,
  report: Report,
  taken: readonly string[],
): void {
  const seen = new Set(taken);
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const at = `${pointer}/${escaped(name)}`;
    if (forbiddenHeaders.has(lower)) report(at, `the header ${name} cannot be declared`);
    if (seen.has(lower)) report(at, `the header ${name} is set twice`);
    seen.add(lower);
  }
}
