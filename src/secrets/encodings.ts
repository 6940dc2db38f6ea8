/** Every way in which a secret may be written in a text. */

/**
 * What to look for, piece by piece, each in any of its forms. Not a regular expression: a long
 * token overflows the engine, whose error then quotes the token.
 */
export type Pattern = readonly Piece[];

/** A piece of a secret, in all its forms. */
export interface Piece {
  readonly forms: readonly string[];
  /** The same by their first unit: of many forms few can stand at one place. */
  readonly byStart: ReadonlyMap<string, readonly string[]>;
  /** The length of the shortest. */
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

/** The patterns of a secret: escaped in some way, and in base64. */
export function patternsOf(secret: string): readonly Pattern[] {
  // In a header it goes out as Latin-1.
  const latin1 = /^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(secret)
    ? base64Patterns(Buffer.from(secret, 'latin1'))
    : [];
  const patterns = [
    escapedPattern(secret),
    ...base64Patterns(Buffer.from(secret)),
    ...latin1,
    ...base64Patterns(Buffer.from(secret, 'utf16le')),
    ...throughout(secret).map((form) => [pieceOf([form])]),
  ];
  const lost = secret.replace(/[^\0-\x7f]/gu, (each) => '\ufffd'.repeat(Buffer.byteLength(each)));
  return lost === secret ? patterns : [...patterns, escapedPattern(lost)];
}

/** A secret of which every character is encoded, those too that need not be. */
function throughout(secret: string): string[] {
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

/** A secret of which any character may be encoded: a text may encode some and leave others. */
function escapedPattern(secret: string): Pattern {
  const pieces = secret.match(/[A-Za-z0-9]+|[^A-Za-z0-9]/gu) ?? [];
  return pieces.map((piece) => (/^[A-Za-z0-9]/.test(piece) ? pieceOf([piece]) : formsOf(piece)));
}

/** By character: the patterns of long secrets share their parts. */
const knownForms = new Map<string, Piece>();

/**
 * One character as it is, percent-encoded, as in a form, escaped as in JSON and in HTML, in two of
 * these one after the other, and as it looks to who read it in another character set.
 */
function formsOf(character: string): Piece {
  const known = knownForms.get(character);
  if (known !== undefined) return known;
  const plain = [character, ...misreadings(character)];
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

/** A character that is not ASCII: UTF-8 taken for Latin-1, taken apart, or lost. */
function misreadings(character: string): string[] {
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
 * A secret encoded by itself, and the part of it that is the same whatever was encoded before and
 * after it: one part for each place that its first byte may have in a group of three.
 */
function base64Patterns(bytes: Buffer): Pattern[] {
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // A character holds 6 bits; those that share bits with a neighbour depend on it.
    const first = Math.ceil((offset * 8) / 6);
    return encoded.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const padding = pieceOf(['', '=', '%3D', '%3d']);
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
  return (base64.match(/[A-Za-z0-9]+|[+/]/g) ?? []).map((piece) =>
    pieceOf(forms[piece] ?? [piece]),
  );
}
