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
  const secrets = new Map<string, readonly RegExp[] | undefined>();
  return {
    add(secret) {
      if (secret !== '' && !secrets.has(secret)) secrets.set(secret, undefined);
    },
    redact(text, minLength = 4) {
      const found: Range[] = [];
      for (const [secret, known] of secrets) {
        if (secret.length < minLength) continue;
        const patterns = known ?? patternsOf(secret);
        secrets.set(secret, patterns);
        for (const pattern of patterns) found.push(...rangesOf(pattern, text));
      }
      return blank(text, found);
    },
  };
}

/** A stretch of a text: from one index up to another. */
type Range = readonly [start: number, end: number];

/** Everywhere that a pattern matches, overlapping matches too. */
function* rangesOf(pattern: RegExp, text: string): Generator<Range> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    yield [match.index, match.index + match[0].length];
    pattern.lastIndex = match.index + 1;
  }
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

function patternsOf(secret: string): RegExp[] {
  const escaped = Array.from(secret, characterPattern).join('');
  return [escaped, ...base64Patterns(secret)].map((source) => new RegExp(source, 'g'));
}

/** JSON's short escapes, for a regular expression. */
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\\\"',
  '\\': '\\\\\\\\',
  '/': '\\\\/',
  '\b': '\\\\b',
  '\f': '\\\\f',
  '\n': '\\\\n',
  '\r': '\\\\r',
  '\t': '\\\\t',
};

/**
 * One character, as it is or encoded in any of the ways: so a text that encodes only some of a
 * secret's characters is caught as well.
 */
function characterPattern(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const forms = [
    Array.from(new TextEncoder().encode(character), (byte) => `%${hex(byte, 2)}`).join(''),
    character
      .split('')
      .map((unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`)
      .join(''),
    shortEscapes[character],
    character === ' ' ? '\\+' : undefined,
    quote(character),
  ];
  return `(?:${forms.filter((form) => form !== undefined).join('|')})`;
}

/** A number in hexadecimal digits of either case. */
function hex(value: number, digits: number): string {
  return value
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/**
 * A secret encoded by itself, and the part of it that is the same whatever was encoded before and
 * after it: one part for each place that its first byte may have in a group of three.
 */
function base64Patterns(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // A character holds 6 bits; those that share bits with a neighbour depend on it.
    return encoded.slice(
      Math.ceil((offset * 8) / 6),
      Math.floor(((offset + bytes.length) * 8) / 6),
    );
  });
  // Fewer than four characters stand in many a word by chance.
  const [whole, ...parts] = [alone, ...inside].filter((part) => part.length >= 4).map(base64Source);
  return whole === undefined ? [] : [`${whole}(?:=|%3[dD]){0,2}`, ...parts];
}

/** Base64 in its standard and its url-safe alphabet, percent-encoded or not. */
function base64Source(base64: string): string {
  return base64.replace(/[+/]/g, (character) =>
    character === '+' ? '(?:[+-]|%2[bB])' : '(?:[/_]|%2[fF])',
  );
}
