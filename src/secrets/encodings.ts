/** Every way in which a secret may be written in a text. */
import { unescapedBytes } from './decoded.ts';

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

/** The patterns of a secret as it is shown: escaped in some way, or read in a wrong character set. */
export function patternsOf(secret: string): readonly Pattern[] {
  const lost = secret.replace(/[^\0-\x7f]/gu, (each) => '\ufffd'.repeat(Buffer.byteLength(each)));
  return [...new Set([secret, lost])].map(escapedPattern);
}

/**
 * The bytes that a secret may be once a text is decoded, as strings of which each character is one
 * byte: in UTF-8, Latin-1 (as in a header) and UTF-16, composed and taken apart, as in a form, and
 * without what looks like an escape in it, since a text may encode some of it and leave that.
 */
export function bytesOf(secret: string): readonly string[] {
  const spelt = new Set([secret, secret.normalize('NFC'), secret.normalize('NFD')]);
  const forms = new Set([...spelt, ...[...spelt].map((each) => each.replaceAll(' ', '+'))]);
  const found = [...forms].flatMap((form) => [
    Buffer.from(form).toString('latin1'),
    ...(/^[\0-\xff]*$/.test(form) ? [form] : []),
    Buffer.from(form, 'utf16le').toString('latin1'),
  ]);
  const partly = [...forms].map(unescapedBytes).filter(({ length }) => length >= 4);
  return [...new Set([...found, ...partly])];
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
