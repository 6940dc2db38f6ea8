/** What a token may look like. */

/** RFC 6749 A.12 makes an access token of VSCHAR. */
const tokenForm = /^[\x20-\x7e]+$/;

/** Our own bound; no header of that length gets through anywhere. */
const longest = 65_536;

/** Whether a text can be a token at all. */
export function isToken(text: string): boolean {
  return text.length <= longest && tokenForm.test(text);
}
