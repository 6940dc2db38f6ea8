/** Checks how the answers of a declaration are read. */
import type { Declaration, Lifetime, Place, Step } from '../declaration.ts';
import { escaped } from '../pointer.ts';
import { safePlaceholders } from './placeholders.ts';
import type { Report } from './problem.ts';
import { stepsIn } from './steps.ts';

/** Checks the places of an answer that the schema does not tell apart. */
export function checkPlaces(declaration: Declaration, report: Report): void {
  const { answer, fields, refresh } = declaration;
  const open = fields.filter(({ secret }) => !secret).map(({ name }) => name);
  for (const [pointer, place] of placesIn(declaration)) {
    if (typeof place === 'string' || !('cookie' in place)) continue;
    for (const name of safePlaceholders(place.cookie)) {
      if (!open.includes(name)) {
        report(`${pointer}/cookie`, `{${name}} has to be a field that is not secret`);
      }
    }
  }
  checkErrorWords('/answer', answer, report);
  checkErrorWords('/refresh/answer', refresh?.answer ?? {}, report);
  for (const [pointer, step] of stepsIn(declaration)) checkErrorWords(pointer, step, report);
}

function checkErrorWords(
  pointer: string,
  { error }: Pick<Declaration['answer'], 'error'>,
  report: Report,
): void {
  if (error?.list === undefined) return;
  const inItems = [
    ...error.messages.map((place, index) => [`messages/${index}`, place] as const),
    ...(error.code === undefined ? [] : [['code', error.code] as const]),
  ];
  for (const [at, place] of inItems) {
    if (typeof place === 'string') continue;
    report(`${pointer}/error/${at}`, 'in a list, expected a JSON pointer');
  }
}

/** Every object with one of the words of a place. */
export function placesIn(declaration: Declaration): readonly (readonly [string, Place])[] {
  const found: [string, Place][] = [];
  const search = (pointer: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('cookie' in value && typeof value.cookie === 'string') {
      found.push([pointer, { cookie: value.cookie }]);
    }
    for (const [key, each] of Object.entries(value)) search(`${pointer}/${escaped(key)}`, each);
  };
  const { answer, login, refresh, verify, logout } = declaration;
  const steps = (each: readonly Step[] = []) =>
    each.map((step) => ({ ...step, request: undefined }));
  search('/answer', answer);
  for (const [index, each] of login.entries()) {
    search(`/login/${index}`, { ...each, request: undefined, steps: steps(each.steps) });
  }
  search('/refresh', { ...refresh, request: undefined });
  search('/verify', { ...verify, request: undefined });
  search('/logout', { ...logout, request: undefined, steps: steps(logout?.steps) });
  return found;
}

/** Checks that the words of each lifetime belong together. */
export function checkLifetimes({ answer, refresh }: Declaration, report: Report): void {
  checkLifetime('/answer/lifetime', answer.lifetime ?? {}, report);
  checkLifetime('/refresh/answer/lifetime', refresh?.answer?.lifetime ?? {}, report);
}

function checkLifetime(
  pointer: string,
  { at, unit, until, never, documented }: Lifetime,
  report: Report,
): void {
  if (unit !== undefined && at === undefined) report(`${pointer}/unit`, '"unit" needs "at"');
  if (until && until.as !== 'epoch' && until.unit !== undefined) {
    report(`${pointer}/until/unit`, 'only an "epoch" has a unit');
  }
  if (until?.as === 'epoch' && until.unit === undefined) {
    report(`${pointer}/until`, 'an "epoch" needs its "unit": s, ms or us');
  }
  if (until?.zone !== undefined && until.as !== 'iso') {
    report(`${pointer}/until/zone`, 'only an "iso" time has a zone');
  }
  if (never && (at !== undefined || until || documented !== undefined)) {
    report(`${pointer}/never`, 'a token that never expires has no other lifetime');
  }
}
