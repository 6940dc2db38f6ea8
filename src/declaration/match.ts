/** Recognises kinds of answers, by their status and by conditions. */
import type { Answer, Condition, Match, TokenPlace } from './declaration.ts';
import { isPointer, type ReadAnswer, valueAt } from './place.ts';

/** Whether all conditions hold. @throws AuthctlError `bad_answer` as `valueAt` */
export function holds(conditions: readonly Condition[] | undefined, answer: ReadAnswer): boolean {
  return (conditions ?? []).every(({ at, in: expected, absent }) => {
    const value = valueAt(answer, at);
    const isAbsent = value === undefined || value === null;
    if (absent) return isAbsent;
    return expected ? expected.some((each) => equals(each, value)) : !isAbsent;
  });
}

/** Whether an answer is of a kind. @throws AuthctlError `bad_answer` as `valueAt` */
export function matches({ status, body }: Match, answer: ReadAnswer): boolean {
  const { status: given } = answer.response;
  return (status ? status.includes(given) : given < 500 && given !== 429) && holds(body, answer);
}

/** Whether an answer is of one of the kinds. @throws AuthctlError `bad_answer` as `valueAt` */
export function matchesAny(kinds: readonly Match[] | undefined, answer: ReadAnswer): boolean {
  return (kinds ?? []).some((kind) => matches(kind, answer));
}

/** Whether a successful answer has to be JSON. */
export function readsJson({ token, refreshToken, keep, lifetime, success }: Answer): boolean {
  const places: readonly (TokenPlace | undefined)[] = [
    ...[token, refreshToken, lifetime?.at, lifetime?.until?.at],
    ...Object.values(keep ?? {}).map(({ at }) => at),
  ];
  return haveJson(success) || places.some((place) => typeof place === 'string');
}

/** Whether conditions are on the JSON of an answer. */
export function haveJson(conditions: readonly Condition[] = []): boolean {
  return conditions.some(({ at }) => isPointer(at));
}

/** Recurses only as deep as `expected`: a server's value may be nested deeper than the stack allows. */
function equals(expected: unknown, value: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return expected === value;
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(expected);
  const found = new Map<string, unknown>(Object.entries(value));
  return (
    Array.isArray(expected) === Array.isArray(value) &&
    entries.length === found.size &&
    entries.every(([key, item]) => found.has(key) && equals(item, found.get(key)))
  );
}
