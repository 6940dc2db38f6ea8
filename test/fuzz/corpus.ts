/**
 * Generates texts for fuzzing: the files in `corpus/<target>/`, and random edits of them. A text that
 * has revealed a bug is added there.
 *
 * `npm run fuzz` runs for a minute per target; the ordinary tests try a few hundred texts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary, type IAsyncProperty } from 'fast-check';

/** Seconds per target, from the global of that name; 0 by default. */
const given: unknown = Reflect.get(globalThis, 'fuzzSeconds');
const seconds = typeof given === 'number' ? given : 0;
/** The number of texts if there is no time limit. */
const defaultRuns = 300;

/** The corpus of a target. */
export function corpus(target: string): readonly string[] {
  const directory = new URL(`corpus/${target}/`, import.meta.url);
  const names = readdirSync(directory).sort();
  return names.map((name) => readFileSync(new URL(name, directory), 'latin1'));
}

/** An edit of a text: removes characters at a place and inserts others. */
interface Edit {
  /** From 0 up to 1. */
  readonly place: number;
  /** The number of characters to remove. */
  readonly drop: number;
  readonly insert: string;
  readonly times: number;
}

/** Tokens of JSON and other formats. */
const signs = [
  ...['{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', '\\ud800', '\\"', "'", '`', '$(', '\0'],
  ...['null', 'true', '-1', '1e999', '0.1', '99999999999999999999', '""', '{}', '[]', '[[[[[['],
  ...['__proto__', 'constructor', 'toString', 'length', '\n', '\r\n', '\t', ' ', '\x1b[2J', '\xff'],
  ...['%', '%00', '+', '&', '=', '/', '../', '~1', '~0', '{', '}', '{{', '{password}', '\x7f'],
];

/** Texts of the corpus with up to eight edits, and now and then a random text. */
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

/** The bytes of a text: Latin-1, as the corpus is read, if possible, else UTF-8. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
}

/** Tests a property with every text of the corpus and with the texts of an arbitrary. */
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

  fuzzAny(
    title,
    fc.asyncProperty(arbitrary, async (text) => check(text)),
    { advice: `Add it to test/fuzz/corpus/${target}/` },
  );
}

/** Tests a property with what its arbitraries make. */
export function fuzzAny(
  title: string,
  property: IAsyncProperty<unknown>,
  { runs = defaultRuns, advice = '' }: { readonly runs?: number; readonly advice?: string } = {},
): void {
  test(
    `${title}: anything`,
    async () => {
      const limits =
        seconds === 0
          ? { numRuns: runs }
          : { numRuns: 2 ** 31 - 1, interruptAfterTimeLimit: seconds * 1000 };
      const details = await fc.check(property, { ...limits, markInterruptAsFailure: false });
      if (seconds > 0) process.stderr.write(`${title}: ${details.numRuns} tries\n`);
      if (details.failed) throw new Error(`${fc.defaultReportMessage(details)}\n${advice}`);
    },
    (seconds + 60) * 1000,
  );
}
