/** Decodes a text in every way, and keeps for each byte the part of the text that it came from. */

/** A decoded text. Its bytes are a string with one character per byte. */
export interface View {
  readonly bytes: string;
  /** By the index of a byte: the range of the text that it was decoded from. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Whether it was decoded from base64 or hexadecimal: then most of its bytes have no meaning. */
  readonly packed: boolean;
}

/** The maximum number of nested encodings, such as base64 in base64 in JSON. */
const deepest = 4;
/** The maximum number of decoded bytes per character of a text. Only a text made for it has more. */
const most = 40;

/**
 * The text in UTF-8, and its decodings, up to four levels deep: percent-encoding and the escapes of
 * JSON, JavaScript, C and HTML, of all characters or some; base64 in either alphabet, with or without line breaks, at
 * any offset; hexadecimal in either case. Takes linear time.
 *
 * @param shortest the length of the shortest text to find in base64 and hexadecimal, in bytes
 * @returns `undefined` at the end if there is too much to decode
 */
export function* decodings(text: string, shortest: number): Generator<View, undefined | 'all'> {
  let left = most * text.length + 100_000;
  let views = [whole(text)];
  for (let depth = 0; views.length > 0; depth++) {
    const next: View[] = [];
    for (const view of views) {
      left -= view.bytes.length;
      if (left < 0) return undefined;
      yield view;
      if (depth === deepest) continue;
      for (const decode of [unescaped, fromBase64, fromHex]) {
        const decoded = decode(view, shortest);
        if (decoded) next.push(decoded);
      }
    }
    views = next;
  }
  return 'all';
}

/** Collects the bytes of a view. @param from the view that the indices refer to; by default the text */
function collect(capacity: number, packed: boolean, from?: View) {
  const bytes = Buffer.alloc(capacity);
  const starts = new Uint32Array(capacity);
  const ends = new Uint32Array(capacity);
  let length = 0;
  return {
    /** @param end the index after the last unit that the byte was decoded from */
    add(byte: number, start: number, end: number) {
      bytes[length] = byte;
      starts[length] = from ? (from.starts[start] ?? 0) : start;
      ends[length] = from ? (from.ends[end - 1] ?? 0) : end;
      length += 1;
    },
    view: (): View => ({ bytes: bytes.toString('latin1', 0, length), starts, ends, packed }),
  };
}

/** The bytes of a text in UTF-8, with all escapes decoded. */
export function unescapedBytes(text: string): string {
  const view = whole(text);
  return (unescaped(view) ?? view).bytes;
}

function whole(text: string): View {
  const made = collect(3 * text.length, false);
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    for (const byte of utf8(character.codePointAt(0) ?? 0)) made.add(byte, start, end);
    start = end;
  }
  return made.view();
}

function utf8(point: number): readonly number[] {
  return point < 0x80 ? [point] : [...Buffer.from(String.fromCodePoint(point))];
}

const escapes =
  /%(?<byte>[0-9a-f]{2})|\\x(?<short>[0-9a-f]{2})|[\\%]u(?<high>d[89ab][0-9a-f]{2})[\\%]u(?<low>d[c-f][0-9a-f]{2})|[\\%]u(?<unit>[0-9a-f]{4})|\\u\{(?<braced>[0-9a-f]{1,6})\}|\\(?<octal>[0-3][0-7]{2})|\\(?<sign>.)|&#0{0,7}(?<decimal>\d{1,7});?|&#x0{0,7}(?<digits>[0-9a-f]{1,6});?|&(?<name>amp|quot|lt|gt|apos);?/gis;
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" },
};

/** Decodes all escapes; undefined if there are none. */
function unescaped(view: View): View | undefined {
  const { bytes, packed } = view;
  if (!/[%\\&]/.test(bytes)) return undefined;
  const made = collect(bytes.length, packed, view);
  let at = 0;
  const copy = (end: number) => {
    for (; at < end; at++) made.add(bytes.charCodeAt(at), at, at + 1);
  };
  let found = false;
  for (const { 0: all, index, groups = {} } of bytes.matchAll(escapes)) {
    copy(index);
    at = index + all.length;
    found = true;
    for (const byte of meant(groups)) made.add(byte, index, at);
  }
  copy(bytes.length);
  return found ? made.view() : undefined;
}

/** The bytes of an escape. */
function meant(groups: Readonly<Record<string, string | undefined>>): readonly number[] {
  const byte = groups['byte'] ?? groups['short'];
  if (byte !== undefined) return [Number.parseInt(byte, 16)];
  const { high, low, octal, sign, decimal, name } = groups;
  if (octal !== undefined) return [Number.parseInt(octal, 8)];
  if (sign !== undefined) return [(signs[sign] ?? sign).charCodeAt(0)];
  if (name !== undefined) return utf8((entities[name.toLowerCase()] ?? '').charCodeAt(0));
  const point =
    high !== undefined && low !== undefined
      ? (Number.parseInt(high, 16) - 0xd800) * 0x400 + Number.parseInt(low, 16) - 0xdc00 + 0x10000
      : decimal === undefined
        ? Number.parseInt(groups['unit'] ?? groups['braced'] ?? groups['digits'] ?? '0', 16)
        : Number(decimal);
  return point > 0x10ffff ? [] : utf8(point);
}

/** The value of a base64 digit in either alphabet, by character code; -1 for other characters. */
const sextets = digitsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
for (const [index, pair] of ['+-', '/_'].entries())
  for (const each of pair) sextets[each.charCodeAt(0)] = 62 + index;
/** The same for hexadecimal. */
const nibbles = digitsOf('0123456789abcdef');
for (const [index, each] of [...'ABCDEF'].entries()) nibbles[each.charCodeAt(0)] = 10 + index;

function digitsOf(alphabet: string): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (const [value, each] of [...alphabet].entries()) values[each.charCodeAt(0)] = value;
  return values;
}

function fromBase64(view: View, shortest: number): View | undefined {
  return unpacked(view, { values: sextets, bits: 6, least: Math.ceil((shortest * 4) / 3) });
}

function fromHex(view: View, shortest: number): View | undefined {
  return unpacked(view, { values: nibbles, bits: 4, least: shortest * 2 });
}

/**
 * Decodes each run of digits, from each offset at which a byte may begin. Line breaks, and spaces after
 * them, do not end a run.
 */
function unpacked(
  view: View,
  {
    values,
    bits,
    least,
  }: { readonly values: Int8Array; readonly bits: number; readonly least: number },
): View | undefined {
  const { bytes } = view;
  const offsets = bits === 6 ? 4 : 2;
  let made: ReturnType<typeof collect> | undefined;
  const digits = new Uint32Array(bytes.length);
  for (let at = 0; at < bytes.length; ) {
    let count = 0;
    let broken = false;
    for (; at < bytes.length; at++) {
      const code = bytes.charCodeAt(at);
      if ((values[code] ?? -1) >= 0) {
        digits[count] = at;
        count += 1;
        broken = false;
      } else if (code === 0x0a || code === 0x0d) broken = true;
      else if (!(broken && (code === 0x20 || code === 0x09))) break;
    }
    const last = at;
    // The padding belongs to the last byte.
    while (bits === 6 && bytes[at] === '=') at += 1;
    if (at === last) at += 1;
    if (count < least) continue;
    made ??= collect(offsets * bytes.length + offsets, true, view);
    for (let offset = 0; offset < offsets; offset++) {
      let held = 0;
      let holds = 0;
      for (let index = offset; index < count; index++) {
        const digit = digits[index] ?? 0;
        held = ((held << bits) | (values[bytes.charCodeAt(digit)] ?? 0)) & 0xffff;
        holds += bits;
        if (holds < 8) continue;
        holds -= 8;
        const first = digits[Math.floor(((index + 1 - offset) * bits - holds - 8) / bits) + offset];
        const padded = index + 1 === count && bytes[last] === '=';
        made.add(
          (held >> holds) & 0xff,
          first ?? digit,
          padded ? endOfPadding(bytes, last) : digit + 1,
        );
      }
      // Separates runs, and the readings of a run: nothing may be found across them.
      made.add(0x0a, digits[count - 1] ?? 0, (digits[count - 1] ?? 0) + 1);
    }
  }
  return made?.view();
}

function endOfPadding(bytes: string, from: number): number {
  let end = from;
  while (bytes[end] === '=') end += 1;
  return end;
}
