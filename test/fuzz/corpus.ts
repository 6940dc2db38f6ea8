/**
 * Texts to try: those that are kept in `corpus/<target>/`, one a file, and what becomes of them by
 * random edits. A text that once broke something is put there, so that it is tried for ever.
 *
 * `npm run fuzz` tries for a minute a target; the usual tests try a few hundred texts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';

/** Seconds that a target is tried for: a number in the global of that name, where somebody gave one. */
const given: unknown = Reflect.get(globalThis, 'fuzzSeconds');
const seconds = typeof given === 'number' ? given : 0;
const usually = 300;

/** The texts that are kept for a target. */
export function corpus(target: string): readonly string[] {
  const directory = new URL(`corpus/${target}/`, import.meta.url);
  const names = readdirSync(directory).sort();
  return names.map((name) => readFileSync(new URL(name, directory), 'latin1'));
}

/** One change of a text: so much is taken away at a place, and something put there. */
interface Edit {
  /** From 0 up to 1. */
  readonly place: number;
  readonly drop: number;
  readonly insert: string;
  readonly times: number;
}

/** What JSON, and much else, is made of. */
const signs = [
  ...['{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', '\\ud800', '\\"', "'", '`', '$(', '\0'],
  ...['null', 'true', '-1', '1e999', '0.1', '99999999999999999999', '""', '{}', '[]', '[[[[[['],
  ...['__proto__', 'constructor', 'toString', 'length', '\n', '\r\n', '\t', ' ', '\x1b[2J', '\xff'],
  ...['%', '%00', '+', '&', '=', '/', '../', '~1', '~0', '{', '}', '{{', '{password}', '\x7f'],
];

/** Texts that come of the corpus by up to eight edits; now and then another text altogether. */
export function texts(target: string, words: readonly string[] = []): Arbitrary<string> {
  const kept = corpus(target);
  const insert = fc.oneof(
    fc.constantFrom(...signs, ...words),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(...kept).map((text) => text.slice(0, 200)),
  );
  const edit: Arbitrary<Edit> = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.oneof(fc.constantFrom(0, 0, 1, 2), fc.nat(40)),
    insert,
    times: fc.oneof(
      { weight: 9, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.nat(300) },
    ),
  });
  const edited = fc
    .tuple(fc.constantFrom(...kept), fc.array(edit, { maxLength: 8 }))
    .map(([text, edits]) => edits.reduce(apply, text));
  return fc.oneof(
    { weight: 20, arbitrary: edited },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
}

function apply(text: string, { place, drop, insert, times }: Edit): string {
  const at = Math.floor(place * text.length);
  return text.slice(0, at) + insert.repeat(times) + text.slice(at + drop);
}

/** The bytes of a text as the corpus has it: a character is a byte where it can be. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
}

/** A test that holds for every text of the corpus, and for whatever an arbitrary comes up with. */
export function fuzz(
  title: string,
  target: string,
  arbitrary: Arbitrary<string>,
  check: (text: string) => void | Promise<void>,
): void {
  test(`${title}: the corpus`, async () => {
    const kept = corpus(target);
    expect(kept.length).toBeGreaterThan(0);
    for (const text of kept) await check(text);
  });

  test(
    `${title}: anything`,
    async () => {
      const limits =
        seconds === 0
          ? { numRuns: usually }
          : { numRuns: 2 ** 31 - 1, interruptAfterTimeLimit: seconds * 1000 };
      const property = fc.asyncProperty(arbitrary, async (text) => check(text));
      const details = await fc.check(property, { ...limits, markInterruptAsFailure: false });
      if (seconds > 0) process.stderr.write(`${title}: ${details.numRuns} texts\n`);
      if (details.failed) {
        throw new Error(
          `${fc.defaultReportMessage(details)}\nKeep it in test/fuzz/corpus/${target}/`,
        );
      }
    },
    (seconds + 60) * 1000,
  );
}
