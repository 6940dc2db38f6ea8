/**
 * Decodes Windows-1252, which also stands for ISO-8859-1 and ASCII on the web. Not by `TextDecoder`, which
 * in Node 20 decodes it as Latin-1.
 */

/** The characters of the bytes 0x80 to 0x9f, with U+FFFD where there is none. */
const signs = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/** The text of bytes in Windows-1252. */
export function windows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (sign) => signs[sign.charCodeAt(0) - 0x80] ?? sign);
}
