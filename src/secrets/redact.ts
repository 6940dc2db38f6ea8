/** Takes every secret of the run out of a text, however it is encoded there. */
import { decodings, type View } from './decoded.ts';
import { bytesOf, type Pattern, patternsOf } from './encodings.ts';
import { positions } from './positions.ts';

/** What knows the secrets of one run. */
export interface Redactor {
  /** Makes a secret known: a credential, a token. */
  add(secret: string): void;
  /**
   * The text with `***` in place of every secret: as it is, read in a wrong character set, composed
   * or taken apart, and wherever `decodings` finds it.
   *
   * A text that takes too long to search, which only somebody who wants it to does, is `***` whole.
   *
   * @param minLength characters; shorter secrets are left alone, or common words would vanish
   */
  redact(text: string, minLength?: number): string;
}

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  // The forms of a secret are made when a text first needs them: most runs print none.
  const secrets = new Map<string, Forms | undefined>();
  return {
    add(secret) {
      if (secret !== '' && !secrets.has(secret)) secrets.set(secret, undefined);
    },
    redact(text, minLength = 4) {
      const found: Range[] = [];
      const work = { left: enough };
      const sought: Forms[] = [];
      for (const [secret, known] of secrets) {
        // In no form is it shorter than a fourth: the shortest has one sign for a composed character.
        if (secret.length < minLength || secret.length > 4 * text.length) continue;
        const forms = known ?? { patterns: patternsOf(secret), bytes: bytesOf(secret) };
        secrets.set(secret, forms);
        sought.push(forms);
        for (const pattern of forms.patterns) {
          for (const range of find(text, pattern, work)) found.push(range);
        }
        if (work.left < 0) return '***';
      }
      const decoded = findDecoded(text, [...new Set(sought.flatMap(({ bytes }) => bytes))]);
      return decoded ? blank(text, [...found, ...decoded]) : '***';
    },
  };
}

/** A secret, in all its forms. */
interface Forms {
  readonly patterns: readonly Pattern[];
  readonly bytes: readonly string[];
}

/** Bytes: fewer stand by chance in what words say when they are read as base64. */
const fewest = 3;

/** Everywhere that one of the bytes stands in a decoding; undefined where there is too much of it. */
function findDecoded(text: string, sought: readonly string[]): Range[] | undefined {
  const found: Range[] = [];
  const long = sought.filter(({ length }) => length >= fewest);
  const shortest = long.reduce((least, { length }) => Math.min(least, length), Infinity);
  if (sought.length === 0) return found;
  const views = decodings(text, shortest);
  for (let next = views.next(); ; next = views.next()) {
    if (next.done) return next.value && found;
    const { value: view } = next;
    for (const bytes of view.packed ? long : sought) {
      for (const start of positions(view.bytes, bytes))
        found.push(rangeOf(view, start, bytes.length));
    }
  }
}

function rangeOf({ starts, ends }: View, start: number, length: number): Range {
  return [starts[start] ?? 0, ends[start + length - 1] ?? 0];
}

/** Comparisons, of some dozen characters each: a fraction of a second. */
const enough = 2_000_000;

/** What is left of the effort for a text. */
interface Work {
  left: number;
}

/** A stretch of a text: from one index up to another. */
type Range = readonly [start: number, end: number];

/** Everywhere that a pattern stands, overlapping places too. */
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

/** The length of the shortest text that a pattern can be. */
function shortest(pattern: Pattern): number {
  return pattern.reduce((sum, piece) => sum + piece.shortest, 0);
}

/** Where a pattern that stands at an index ends at the latest; undefined where it does not stand there. */
function endOf(text: string, start: number, pattern: Pattern, work: Work): number | undefined {
  // Hardly ever more than one: not a set, which costs more than all the rest.
  let ends = [start];
  for (const { byStart } of pattern) {
    const next: number[] = [];
    const add = (end: number) => {
      if (!next.includes(end)) next.push(end);
    };
    for (const end of ends) {
      // An empty form stands everywhere.
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

/** Replaces the ranges; those that overlap or touch become one, so that no rest of a secret stands between. */
function blank(text: string, ranges: readonly Range[]): string {
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
