/** `-o header` and `-o curl`: what carries the token, for other programs' requests. */
import { type Carriers, cookieHeader } from '../declaration/use.ts';
import { AuthctlError } from '../errors.ts';

/** In characters. curl 7 reads lines of up to 100 KiB. */
const maxLineLength = 100 * 1024 - 2;

/**
 * The headers, one per line.
 *
 * @throws AuthctlError `token_unusable` if headers do not carry all of it
 */
export function headerLines(carriers: Carriers): string {
  if (carriers.query.length > 0) {
    throw new AuthctlError('token_unusable', 'a part of the query carries the token', {
      hint: 'use -o curl or -o json',
    });
  }
  return required(headersOf(carriers))
    .map(({ name, value }) => `${name}: ${value}\n`)
    .join('');
}

/**
 * A config with a line for each header and each part of the query. Within quotes, only the quote and the
 * backslash need a backslash. `url-query` needs curl 7.87.
 *
 * @throws AuthctlError `token_unusable` if curl would not send a value, or could not read its line
 */
export function curlConfig(carriers: Carriers): string {
  const lines = [
    ...headersOf(carriers).map(
      ({ name, value }) => ['header', `${name}: ${value}`, value] as const,
    ),
    ...carriers.query.map(({ name, value }) => ['url-query', `${name}=${value}`, value] as const),
  ];
  return required(lines)
    .map(([option, text, value]) => {
      const line = `${option} = "${text.replace(/["\\]/g, '\\$&')}"`;
      // curl does not send a header without a value.
      if (value.trim() === '' || line.length > maxLineLength)
        throw new AuthctlError('token_unusable', 'curl cannot send this token', {
          hint: 'use -o json',
        });
      return `${line}\n`;
    })
    .join('');
}

function headersOf({ headers, cookies }: Carriers) {
  const cookie = cookieHeader(cookies);
  return cookie ? [...headers, cookie] : headers;
}

/** @throws AuthctlError `token_unusable` if nothing carries the token */
function required<T>(carriers: readonly T[]): readonly T[] {
  if (carriers.length > 0) return carriers;
  throw new AuthctlError(
    'token_unusable',
    'no header carries this token: the body of a call does',
    {
      hint: 'use -o json or authctl exec',
    },
  );
}
