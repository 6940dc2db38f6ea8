/** Redacts the known secrets in a text, in any encoding. */
import { decodings, type View } from './decoded.ts';
import { bytesOf, type Pattern, patternsOf } from './encodings.ts';
import { positions } from './positions.ts';

export interface Redactor {
  /** Adds a secret, such as a password or a token. */
  add(secret: string): void;
  /**
   * The text with `***` in place of every secret: as it is, decoded in a wrong character set, composed
   * or decomposed, and in every encoding that `decodings` decodes.
   *
   * A text that takes too long to search, which happens only on purpose, is replaced as a whole.
   *
   * @param minLength in characters; shorter secrets are kept, because they may be ordinary words
   */
  redact(text: string, minLength?: number): string;
}

/** A redactor without secrets. */
export function createRedactor(): Redactor {
  // The forms are computed when a text is first redacted: most runs print none.
  const secrets = new Map<string, Forms | undefined>();
  return {
    add(secret) {
      // Servers trim what they were given before they repeat it.
      for (const form of [secret, secret.trim()])
        if (form !== '' && !secrets.has(form)) secrets.set(form, undefined);
    },
    redact(text, minLength = 4) {
      const found: Range[] = [];
      const work = { left: maxWork };
      const wanted: Forms[] = [];
      for (const [secret, known] of secrets) {
        // No form is shorter than a quarter of the secret, where a character stands for four of a decomposed one.
        if (secret.length < minLength || secret.length > 4 * text.length) continue;
        const forms = known ?? { patterns: patternsOf(secret), bytes: bytesOf(secret) };
        secrets.set(secret, forms);
        wanted.push(forms);
        for (const pattern of forms.patterns) {
          for (const range of find(text, pattern, work)) found.push(range);
        }
        if (work.left < 0) return '***';
      }
      const decoded = findDecoded(text, [...new Set(wanted.flatMap(({ bytes }) => bytes))]);
      return decoded ? mask(text, [...found, ...decoded]) : '***';
    },
  };
}

/** The forms of a secret to look for. */
interface Forms {
  readonly patterns: readonly Pattern[];
  readonly bytes: readonly string[];
}

/** In bytes: shorter ones occur by chance in words that are decoded as base64. */
const minBytes = 3;

/** The places of the wanted bytes in all decodings; undefined if there is too much to search. */
function findDecoded(text: string, wanted: readonly string[]): Range[] | undefined {
  const found: Range[] = [];
  const long = wanted.filter(({ length }) => length >= minBytes);
  const shortest = long.reduce((least, { length }) => Math.min(least, length), Infinity);
  if (wanted.length === 0) return found;
  const views = decodings(text, shortest);
  for (let next = views.next(); ; next = views.next()) {
    if (next.done) return next.value && found;
    const { value: view } = next;
    for (const bytes of view.packed ? long : wanted) {
      for (const start of positions(view.bytes, bytes))
        found.push(rangeOf(view, start, bytes.length));
    }
  }
}

function rangeOf({ starts, ends }: View, start: number, length: number): Range {
  return [starts[start] ?? 0, ends[start + length - 1] ?? 0];
}

/** In comparisons of some dozen characters each: a fraction of a second. */
const maxWork = 2_000_000;

/** The comparisons left for a text. */
interface Work {
  left: number;
}

/** `end` is exclusive. */
type Range = readonly [start: number, end: number];

/** All matches of a pattern, overlapping ones included. */
function* find(text: string, pattern: Pattern, work: Work): Generator<Range> {
  const last = text.length - shortest(pattern);
  const next = (form: string, from: number) => {
    const start = from > last ? -1 : text.indexOf(form, from);
    return start > last ? -1 : start;
  };
  for (const form of pattern[0]?.forms ?? [])
    for (let start = next(form, 0); start !== -1; start = next(form, start + 1)) {
      const end = endOf(text, start, pattern, work);
      if (work.left < 0) return;
      if (end !== undefined) yield [start, end];
    }
}

/** The length of the shortest text that matches a pattern. */
function shortest(pattern: Pattern): number {
  return pattern.reduce((sum, piece) => sum + piece.shortest, 0);
}

/** The end of the longest match that starts at an index; undefined without a match. */
function endOf(text: string, start: number, pattern: Pattern, work: Work): number | undefined {
  // An array: it rarely has more than one element, and a set would take more time than the search.
  let ends = [start];
  for (const { byStart } of pattern) {
    const next: number[] = [];
    const add = (end: number) => {
      if (!next.includes(end)) next.push(end);
    };
    for (const end of ends) {
      // An empty form matches everywhere.
      if (byStart.has('')) add(end);
      for (const form of byStart.get(text.charAt(end)) ?? []) {
        work.left -= 1 + form.length / 64;
        if (text.startsWith(form, end)) add(end + form.length);
      }
    }
    if (next.length === 0 || work.left < 0) return undefined;
    ends = next;
  }
  return Math.max(...ends);
}

/** Masks the ranges. Overlapping and adjacent ones are merged into one mask. */
function mask(text: string, ranges: readonly Range[]): string {
  let result = '';
  let done = 0;
  let open: Range | undefined;
  const close = () => {
    if (open === undefined) return;
    result += `${text.slice(done, open[0])}***`;
    done = open[1];
  };
  for (const range of ranges.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (open !== undefined && range[0] <= open[1]) open = [open[0], Math.max(open[1], range[1])];
    else {
      close();
      open = range;
    }
  }
  close();
  return result + text.slice(done);
}
