/** Reads a body that is compressed, or in another charset than UTF-8. Load it lazily. */
import { inUtf8, type ReadBody } from './charset.ts';
import type { Response } from './message.ts';

/** Decompresses and decodes a body. @param limit in bytes */
export async function readBody(
  bytes: Uint8Array,
  headers: Response['headers'],
  limit: number,
): Promise<ReadBody> {
  const codings = codingsOf(headers);
  if (codings.length === 0) return inUtf8(bytes, headers['content-type']);
  const { decompress } = await import('./coding.ts');
  const decoded = await decompress(bytes, codings, limit);
  return 'problem' in decoded ? decoded : inUtf8(decoded.body, headers['content-type']);
}

/** How a body is compressed, in lower case. */
function codingsOf(headers: Response['headers']): readonly string[] {
  return `${headers['content-encoding'] ?? ''},${headers['transfer-encoding'] ?? ''}`
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => !notCompressed.has(coding));
}

/** Some servers write the charset into `Content-Encoding`. */
const notCompressed: ReadonlySet<string> = new Set(['', 'identity', 'chunked', 'utf-8', 'utf8']);
