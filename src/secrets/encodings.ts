/** Lists the encodings in which a secret may appear in a text. */
import { windows1252 } from '../windows-1252.ts';
import { unescapedBytes } from './decoded.ts';

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

/** The patterns of a secret in a text: escaped in any way, or decoded with a wrong character set. */
export function patternsOf(secret: string): readonly Pattern[] {
  const lost = secret.replace(/[^\0-\x7f]/gu, (each) => '\ufffd'.repeat(Buffer.byteLength(each)));
  return [...new Set([secret, lost])].map(escapedPattern);
}

/**
 * The bytes of a secret in a decoded text, as strings with one character per byte: in UTF-8, Latin-1
 * (as in a header) and UTF-16, composed and decomposed, with a form's `+` for spaces, and with the
 * escapes in it decoded too, since a text may be escaped in part.
 */
export function bytesOf(secret: string): readonly string[] {
  const spelt = new Set([secret, secret.normalize('NFC'), secret.normalize('NFD')]);
  const forms = new Set([
    ...spelt,
    ...[...spelt].map((each) => each.replaceAll(' ', '+')),
    ...[...spelt].flatMap(misread),
    ...[...spelt].map((each) => each.replace(/\r?\n/g, '\r\n')),
  ]);
  const found = [...forms].flatMap((form) => {
    const utf16 = Buffer.from(form, 'utf16le');
    return [
      Buffer.from(form).toString('latin1'),
      ...(/^[\0-\xff]*$/.test(form) ? [form] : []),
      utf16.toString('latin1'),
      utf16.swap16().toString('latin1'),
    ];
  });
  const partly = [...forms].map(unescapedBytes).filter(({ length }) => length >= 4);
  return [...new Set([...found, ...partly])];
}

/** A text decoded as Latin-1 or Windows-1252, or with each character replaced that is not ASCII. */
function misread(text: string): readonly string[] {
  if (/^[\0-\x7f]*$/.test(text)) return [];
  const bytes = Buffer.from(text);
  return [
    bytes.toString('latin1'),
    windows1252(bytes),
    ...['?', '\ufffd'].flatMap((sign) => [
      text.replace(/[^\0-\x7f]/gu, sign),
      bytes.toString('latin1').replace(/[^\0-\x7f]/g, sign),
    ]),
  ];
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
    windows1252(bytes),
    character.normalize('NFC'),
    character.normalize('NFD'),
    '\ufffd',
    '?',
  ];
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
