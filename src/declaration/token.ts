/** Defines which texts are tokens. */

/** VSCHAR, which RFC 6749, A.12, allows in access tokens. */
const tokenForm = /^[\x20-\x7e]+$/;

/** In characters. A limit of this program: no server accepts a header of that length. */
const maxLength = 65_536;

export function isToken(text: string): boolean {
  return text.length <= maxLength && tokenForm.test(text);
}
