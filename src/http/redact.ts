/** Takes every secret of the run out of a text, however it is encoded there. */

/** What knows the secrets of one run. */
export interface Redactor {
  /** Makes a secret known: a credential, a token. */
  add(secret: string): void;
  /**
   * The text with `***` in place of every secret: as it is, percent-encoded, JSON-escaped, in
   * base64, or inside of what was encoded in base64 (but for a character at either end).
   *
   * @param minLength characters; shorter secrets are left alone, or common words would vanish
   */
  redact(text: string, minLength?: number): string;
}

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  // The patterns of a secret are made when a text first needs them: most runs print none.
  const secrets = new Map<string, readonly Pattern[] | undefined>();
  return {
    add(secret) {
      if (secret !== '' && !secrets.has(secret)) secrets.set(secret, undefined);
    },
    redact(text, minLength = 4) {
      const found: Range[] = [];
      for (const [secret, known] of secrets) {
        if (secret.length < minLength) continue;
        const patterns = known ?? [escapedPattern(secret), ...base64Patterns(secret)];
        secrets.set(secret, patterns);
        for (const pattern of patterns) for (const range of find(text, pattern)) found.push(range);
      }
      return blank(text, found);
    },
  };
}

/**
 * What to look for, piece by piece, each in any of its forms. Not a regular expression: a long
 * token overflows the engine, whose error then quotes the token.
 */
type Pattern = readonly (readonly string[])[];

/** A stretch of a text: from one index up to another. */
type Range = readonly [start: number, end: number];

/** Everywhere that a pattern stands, overlapping places too. */
function* find(text: string, pattern: Pattern): Generator<Range> {
  const last = text.length - shortest(pattern);
  const next = (form: string, from: number) => {
    const start = from > last ? -1 : text.indexOf(form, from);
    return start > last ? -1 : start;
  };
  for (const form of pattern[0] ?? [])
    for (let start = next(form, 0); start !== -1; start = next(form, start + 1)) {
      const end = endOf(text, start, pattern);
      if (end !== undefined) yield [start, end];
    }
}

/** The length of the shortest text that a pattern can be. */
function shortest(pattern: Pattern): number {
  return pattern.reduce((sum, forms) => sum + Math.min(...forms.map((form) => form.length)), 0);
}

/** Where a pattern that stands at an index ends at the latest; undefined where it does not stand there. */
function endOf(text: string, start: number, pattern: Pattern): number | undefined {
  let ends = new Set([start]);
  for (const forms of pattern) {
    const next = new Set<number>();
    for (const end of ends)
      for (const form of forms) if (text.startsWith(form, end)) next.add(end + form.length);
    if (next.size === 0) return undefined;
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

/** JSON's short escapes. */
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A secret of which any character may be encoded: a text may encode some and leave others. */
function escapedPattern(secret: string): Pattern {
  const pieces = secret.match(/[A-Za-z0-9]+|[^A-Za-z0-9]/gu) ?? [];
  return pieces.map((piece) => (/^[A-Za-z0-9]/.test(piece) ? [piece] : formsOf(piece)));
}

/** One character as it is, percent-encoded, as in a form, and escaped as in JSON. */
function formsOf(character: string): string[] {
  const percent = [...new TextEncoder().encode(character)].map((byte) => `%${hex(byte, 2)}`);
  const unicode = character.split('').map((unit) => hex(unit.charCodeAt(0), 4));
  const forms = [
    character,
    percent.join(''),
    percent.join('').toUpperCase(),
    unicode.map((digits) => `\\u${digits}`).join(''),
    unicode.map((digits) => `\\u${digits.toUpperCase()}`).join(''),
    shortEscapes[character],
    character === ' ' ? '+' : undefined,
  ];
  return forms.filter((form) => form !== undefined);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/**
 * A secret encoded by itself, and the part of it that is the same whatever was encoded before and
 * after it: one part for each place that its first byte may have in a group of three.
 */
function base64Patterns(secret: string): Pattern[] {
  const bytes = Buffer.from(secret);
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // A character holds 6 bits; those that share bits with a neighbour depend on it.
    const first = Math.ceil((offset * 8) / 6);
    return encoded.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const padding = ['', '=', '%3D', '%3d'];
  return (
    [alone, ...inside]
      .map((base64, index) => ({ base64, after: index === 0 ? [padding, padding] : [] }))
      // Fewer than four characters stand in many a word by chance.
      .filter(({ base64 }) => base64.length >= 4)
      .map(({ base64, after }) => [...base64Pattern(base64), ...after])
  );
}

/** Base64 in its standard and its url-safe alphabet, percent-encoded or not. */
function base64Pattern(base64: string): Pattern {
  const forms: Readonly<Record<string, readonly string[]>> = {
    '+': ['+', '-', '%2B', '%2b'],
    '/': ['/', '_', '%2F', '%2f'],
  };
  return (base64.match(/[A-Za-z0-9]+|[+/]/g) ?? []).map((piece) => forms[piece] ?? [piece]);
}
