/** Turns a body into UTF-8 from the charset that the answer declares. */
import { windows1252 } from '../windows-1252.ts';

/** A body in UTF-8; or why it cannot be read, and in what form it is left. */
export interface ReadBody {
  readonly body?: Uint8Array;
  readonly problem?: string;
}

/**
 * A body in UTF-8; as it is, with the problem, if it cannot be read. A byte order mark beats the charset,
 * as in the WHATWG Encoding Standard.
 */
export function inUtf8(body: Uint8Array, contentType: string | undefined): ReadBody {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const declared = charsetOf(contentType);
  const charset = actualCharset(declared, bytes);
  if (charset === 'utf-8') return { body };
  if (charset === 'windows-1252') return { body: Buffer.from(windows1252(bytes)) };
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    return { body, problem: `a body in a charset that is not known${nameOf(declared)}` };
  }
  try {
    return { body: Buffer.from(decoder.decode(bytes)) };
  } catch {
    return { body, problem: `a body that is not ${charset}` };
  }
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
  if (
    /^(?:utf-?8)?$/.test(declared) ||
    (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
  )
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
