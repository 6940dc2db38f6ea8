/** Lists the encodings in which a secret may appear in a text. */

/**
 * The pieces of an encoded secret in order, each in any of its forms. Not a regular expression: a long
 * token overflows the engine, whose error then quotes the token.
 */
export type Pattern = readonly Piece[];

/** A part of a secret, in all its forms. */
export interface Piece {
  readonly forms: readonly string[];
  /** By their first UTF-16 unit, because few of many forms can match at one place. */
  readonly byStart: ReadonlyMap<string, readonly string[]>;
  /** The length of the shortest form. */
  readonly shortest: number;
}

function pieceOf(forms: readonly string[]): Piece {
  const byStart = new Map<string, string[]>();
  for (const form of forms) {
    const start = form.charAt(0);
    byStart.set(start, [...(byStart.get(start) ?? []), form]);
  }
  return { forms, byStart, shortest: Math.min(...forms.map((form) => form.length)) };
}

/** The patterns of a secret: escaped in any way, and in base64. */
export function patternsOf(secret: string): readonly Pattern[] {
  // Headers are sent as Latin-1.
  const latin1 = /^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(secret)
    ? base64Patterns(Buffer.from(secret, 'latin1'))
    : [];
  const patterns = [
    escapedPattern(secret),
    ...base64Patterns(Buffer.from(secret)),
    ...latin1,
    ...base64Patterns(Buffer.from(secret, 'utf16le')),
    ...fullyEncoded(secret).map((form) => [pieceOf([form])]),
  ];
  const replaced = secret.replace(/[^\0-\x7f]/gu, (each) =>
    '\ufffd'.repeat(Buffer.byteLength(each)),
  );
  return replaced === secret ? patterns : [...patterns, escapedPattern(replaced)];
}

/** The secret with every character encoded, even those that need no encoding. */
function fullyEncoded(secret: string): string[] {
  const bytes = Buffer.from(secret).toString('hex');
  const units = secret.split('').map((unit) => hex(unit.charCodeAt(0), 4));
  const points = [...secret].map((each) => each.codePointAt(0) ?? 0);
  const forms = [
    bytes,
    bytes.replace(/../g, '%$&'),
    bytes.replace(/../g, '\\x$&'),
    units.map((digits) => `\\u${digits}`).join(''),
    points.map((point) => `&#x${point.toString(16)};`).join(''),
  ];
  const decimal = points.map((point) => `&#${point};`).join('');
  const upper = forms.map((form) =>
    form.replace(/(?<![&\\])[0-9a-f]+/g, (digits) => digits.toUpperCase()),
  );
  return [...new Set([...forms, ...upper, decimal])];
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

/** HTML's named references. */
const references: Readonly<Record<string, readonly string[]>> = {
  '"': ['&quot;'],
  '&': ['&amp;'],
  "'": ['&apos;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
};

/** The secret with any of its characters encoded: a text may encode some and not others. */
function escapedPattern(secret: string): Pattern {
  const pieces = secret.match(/[A-Za-z0-9]+|[^A-Za-z0-9]/gu) ?? [];
  return pieces.map((piece) => (/^[A-Za-z0-9]/.test(piece) ? pieceOf([piece]) : formsOf(piece)));
}

/** By character. A cache, because the patterns of a long secret share most of their pieces. */
const knownForms = new Map<string, Piece>();

/**
 * One character as it is, percent-encoded, form-encoded, escaped for JSON and for HTML, encoded twice,
 * and decoded in a wrong character set.
 */
function formsOf(character: string): Piece {
  const known = knownForms.get(character);
  if (known !== undefined) return known;
  const plain = [character, ...mojibake(character)];
  const once = plain.flatMap(encodings);
  const twice = once.flatMap((text) => [inJson(text), inHtml(text), inUrl(text)]);
  const forms = pieceOf([...new Set([...plain, ...once, ...twice])]);
  knownForms.set(character, forms);
  return forms;
}

function encodings(text: string): string[] {
  const units = text.split('').map((unit) => hex(unit.charCodeAt(0), 4));
  const points = [...text].map((each) => each.codePointAt(0) ?? 0);
  return [
    inUrl(text),
    inUrl(text).toLowerCase(),
    inJson(text),
    units.map((digits) => `\\u${digits}`).join(''),
    units.map((digits) => `\\u${digits.toUpperCase()}`).join(''),
    inHtml(text),
    ...(references[text] ?? []),
    points.map((point) => `&#${point};`).join(''),
    points.map((point) => `&#0${point};`).join(''),
    points.map((point) => `&#x${point.toString(16)};`).join(''),
    points.map((point) => `&#x${point.toString(16).toUpperCase()};`).join(''),
    ...(text === ' ' ? ['+'] : []),
    ...(text === "'" ? ["\\'"] : []),
    ...(/^[\x80-\xff]$/.test(text) ? [`%${hex(text.charCodeAt(0), 2).toUpperCase()}`] : []),
  ];
}

function inUrl(text: string): string {
  return text.replace(/[^A-Za-z0-9]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${hex(byte, 2).toUpperCase()}`)
      .join(''),
  );
}

function inJson(text: string): string {
  return text.replace(/["\\/\x08\f\n\r\t]/g, (character) => shortEscapes[character] ?? character);
}

function inHtml(text: string): string {
  return text.replace(/["&'<>]/g, (character) => references[character]?.[0] ?? character);
}

/** A non-ASCII character decoded as Latin-1 or Windows-1252, normalised, or replaced. */
function mojibake(character: string): string[] {
  if (/^[\0-\x7f]$/.test(character)) return [];
  const bytes = Buffer.from(character);
  return [
    bytes.toString('latin1'),
    new TextDecoder('windows-1252').decode(bytes),
    character.normalize('NFC'),
    character.normalize('NFD'),
    '\ufffd',
    '?',
  ];
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/**
 * The secret encoded by itself, and the part of its encoding that does not depend on what was encoded
 * before and after it: one part for each offset of its first byte in a group of three.
 */
function base64Patterns(bytes: Buffer): Pattern[] {
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // A base64 character holds 6 bits; those at the edges also hold bits of the neighbours.
    const first = Math.ceil((offset * 8) / 6);
    return encoded.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const padding = pieceOf(['', '=', '%3D', '%3d']);
  return (
    [alone, ...inside]
      .map((base64, index) => ({ base64, after: index === 0 ? [padding, padding] : [] }))
      // Shorter ones occur in ordinary words.
      .filter(({ base64 }) => base64.length >= 4)
      .map(({ base64, after }) => [...base64Pattern(base64), ...after])
  );
}

/** Base64 in the standard and the URL-safe alphabet, percent-encoded or not. */
function base64Pattern(base64: string): Pattern {
  const forms: Readonly<Record<string, readonly string[]>> = {
    '+': ['+', '-', '%2B', '%2b'],
    '/': ['/', '_', '%2F', '%2f'],
  };
  return (base64.match(/[A-Za-z0-9]+|[+/]/g) ?? []).map((piece) =>
    pieceOf(forms[piece] ?? [piece]),
  );
}
