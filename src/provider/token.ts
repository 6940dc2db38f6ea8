/** What a token may look like. */

/** RFC 6749 A.12 makes an access token of VSCHAR; the greatest length is our own bound. */
const tokenForm = /^[\x20-\x7e]{1,65536}$/;

/** Whether a text can be a token at all. */
export function isToken(text: string): boolean {
  return tokenForm.test(text);
}
