/** The server's own words on a failure. They are untrusted: the caller escapes and redacts them. */
import type { Answer, Place } from './declaration.ts';
import { isPointer, type ReadAnswer, valueAt } from './place.ts';
import { resolvePointer } from './pointer.ts';

/** In characters. A longer message is not shown, because redacting it would take long. */
const maxWordsLength = 16_384;
/** The number of errors in a list, or of messages in an array, that are shown. */
const most = 20;

/** Messages, code and trace id of an answer; undefined without any. */
export function serverWords(answer: Answer, read: ReadAnswer): string | undefined {
  const { error } = answer;
  if (!error) return undefined;
  const sentences = itemsOf(error.list, read).flatMap((valueIn) => {
    const textsAt = (places: readonly Place[]) =>
      places.flatMap((place) => textsOf(valueIn(place))).filter((text) => text.trim() !== '');
    // The whole text of an answer repeats what stands in its parts.
    const parts = textsAt(error.messages.filter((place) => !isText(place)));
    const texts = parts.length > 0 ? parts : textsAt(error.messages.filter(isText));
    const code = error.code === undefined ? undefined : scalar(valueIn(error.code));
    const message = [...new Set(texts)].reduce(
      (all, text) => (all === '' ? text : `${all}${/[.!?]\s*$/.test(all) ? '' : ':'} ${text}`),
      '',
    );
    if (message === '') return code === undefined ? [] : [`code ${code}`];
    return code === undefined ? [message] : [`${message} (code ${code})`];
  });
  const trace = error.trace === undefined ? undefined : scalar(valueAt(read, error.trace));
  if (sentences.length === 0) return undefined;
  const words = sentences.join('; ') + (trace === undefined ? '' : ` [trace id ${trace}]`);
  if (words.length > maxWordsLength) return `(${words.length} characters, not shown)`;
  return withoutTokens(answer, read, words);
}

/** What each error of an answer has at a place. */
function itemsOf(
  list: string | undefined,
  read: ReadAnswer,
): readonly ((place: Place) => unknown)[] {
  if (list === undefined) return [(place) => valueAt(read, place)];
  const listed = valueAt(read, list);
  return (Array.isArray(listed) ? listed : [listed])
    .slice(0, most)
    .map(
      (item: unknown) => (place) => (isPointer(place) ? resolvePointer(item, place) : undefined),
    );
}

function isText(place: Place): boolean {
  return !isPointer(place) && 'text' in place;
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, most) : [value];
  return values.filter((each) => typeof each === 'string');
}

/** Even a failed answer may contain a token, and repeat it in its message. */
function withoutTokens(answer: Answer, read: ReadAnswer, words: string): string {
  const { token, refreshToken = token, keep = {} } = answer;
  return [token, refreshToken, ...Object.values(keep).map(({ at }) => at)]
    .filter((place) => typeof place === 'string')
    .map((place) => valueAt(read, place))
    .filter((value): value is string => typeof value === 'string' && value.length >= 4)
    .reduce((text, value) => text.replaceAll(value, '***'), words);
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
