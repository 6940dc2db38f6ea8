/** Checks how the answers of a declaration are read. */
import type { Declaration, Place } from '../declaration.ts';
import { escaped } from '../pointer.ts';
import { safePlaceholders } from './placeholders.ts';
import type { Report } from './problem.ts';

/** Checks the places of an answer that the schema does not tell apart. */
export function checkPlaces(declaration: Declaration, report: Report): void {
  const { answer, fields } = declaration;
  const open = fields.filter(({ secret }) => !secret).map(({ name }) => name);
  for (const [pointer, place] of placesIn(declaration)) {
    if (typeof place === 'string' || !('cookie' in place)) continue;
    for (const name of safePlaceholders(place.cookie)) {
      if (!open.includes(name)) {
        report(`${pointer}/cookie`, `{${name}} has to be a field that is not secret`);
      }
    }
  }
  const { error } = answer;
  if (error?.list === undefined) return;
  const inItems = [
    ...error.messages.map((place, index) => [`/answer/error/messages/${index}`, place] as const),
    ...(error.code === undefined ? [] : [['/answer/error/code', error.code] as const]),
  ];
  for (const [pointer, place] of inItems) {
    if (typeof place !== 'string') report(pointer, 'in a list, expected a JSON pointer');
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
  const { answer, refresh, verify, logout } = declaration;
  search('/answer', answer);
  search('/refresh/expired', refresh?.expired);
  search('/verify', { ...verify, request: undefined });
  search('/logout', { ...logout, request: undefined });
  return found;
}

/** Checks that the words of a lifetime belong together. */
export function checkLifetime({ answer: { lifetime = {} } }: Declaration, report: Report): void {
  const { at, unit, until, never, documented } = lifetime;
  const pointer = '/answer/lifetime';
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
