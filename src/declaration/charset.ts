/** Decodes the text of an answer by the charset that it declares, UTF-8 without one. */
import type { Response } from '../http/message.ts';
import { windows1252 } from '../windows-1252.ts';

/** The text of an answer's body, or why it cannot be read. */
export type BodyText = { readonly text: string } | { readonly problem: string };

/** Decodes a body. A byte order mark beats the charset, as in the WHATWG Encoding Standard. */
export function bodyText({ headers, body, problem }: Response): BodyText {
  if (problem !== undefined) return { problem };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const declared = charsetOf(headers['content-type']);
  const charset = actualCharset(declared, bytes);
  if (charset === 'windows-1252') return { text: windows1252(bytes) };
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    return { problem: `a body in a charset that is not known${nameOf(declared)}` };
  }
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    const name = decoder.encoding === 'utf-8' ? 'UTF-8' : charset;
    return { problem: `a body that is not ${name}` };
  }
}

/** The text as far as it can be read, to be shown. */
export function shownText(response: Response): string {
  const read = bodyText(response);
  return 'text' in read ? read.text : new TextDecoder().decode(response.body);
}

/** In lower case; empty if none is declared. */
function charsetOf(contentType = ''): string {
  const [, charset = ''] = /[;,]\s*charset\s*=\s*["']?([^\s"';,]*)/i.exec(contentType) ?? [];
  return charset.toLowerCase();
}

/** Labels of one encoding, in which `TextDecoder` is wrong. */
const western =
  /^(?:(?:x-)?cp1252|windows-1252|latin1|l1|iso_?8859-?1|iso-8859-1|iso_8859-1:1987|iso-ir-100|cp819|ibm819|csisolatin1|(?:us-)?ascii|ansi_x3\.4-1968)$/;
/** Labels of UTF-16 that leave the order of its bytes open, or that may contradict a byte order mark. */
const utf16 = /^(?:utf-?16(?:le|be)?|ucs-2|iso-10646-ucs-2|csunicode|unicode(?:feff|fffe)?)$/;

function actualCharset(declared: string, bytes: Buffer): string {
  if (declared === '' || (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf))
    return 'utf-8';
  if (western.test(declared)) return 'windows-1252';
  if (!utf16.test(declared)) return declared;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  // JSON, a page and a token begin with an ASCII character, whatever the label says.
  if (bytes[0] === 0) return 'utf-16be';
  return bytes[1] === 0 ? 'utf-16le' : 'utf-8';
}

/** Foreign text: only what looks like a name is shown. */
function nameOf(charset: string): string {
  return /^[a-z0-9._:+-]{1,40}$/.test(charset) ? `, ${charset}` : '';
}
