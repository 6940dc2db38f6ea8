/** Decompresses bodies: some servers and proxies compress though the request did not accept it. */
import * as zlib from 'node:zlib';

/** A body, or why it cannot be read, in words such as "a body over 1 MiB". */
export type Decoded = { readonly body: Uint8Array } | { readonly problem: string };

type Decompress = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

/** By the name of the coding; several are tried in turn. */
const decompressors: Readonly<Record<string, readonly Decompress[]>> = {
  gzip: [zlib.gunzip],
  'x-gzip': [zlib.gunzip],
  // By the standard it has a header (zlib's), but some servers send it without.
  deflate: [zlib.inflate, zlib.inflateRaw],
  br: [zlib.brotliDecompress],
  // Not in Node before 22.15.
  ...('zstdDecompress' in zlib && { zstd: [zlib.zstdDecompress as Decompress] }),
};

/**
 * Decompresses a body. It ends as soon as the result is too long, and holds no more than that.
 *
 * @param codings of `Content-Encoding` in lower case, without `identity`; at least one
 * @param limit in bytes
 */
export async function decompress(
  bytes: Uint8Array,
  codings: readonly string[],
  limit: number,
): Promise<Decoded> {
  const [coding = '', second] = codings;
  if (second !== undefined) return { problem: 'a body that is compressed more than once' };
  const candidates = Object.hasOwn(decompressors, coding) ? decompressors[coding] : undefined;
  if (!candidates) {
    // Foreign text: only what looks like a name is shown.
    const name = /^[a-z0-9-]{1,20}$/.test(coding) ? `, ${coding}` : '';
    return { problem: `a body compressed in a way that is not supported${name}` };
  }
  for (const candidate of candidates) {
    const result = await run(candidate, bytes, limit);
    if (result === 'too long') return { problem: 'a body that is over 1 MiB when decompressed' };
    if (result !== 'broken') return { body: result };
  }
  return { problem: `a body that is not ${coding}, as its header says` };
}

function run(decompressor: Decompress, bytes: Uint8Array, limit: number) {
  return new Promise<Uint8Array | 'too long' | 'broken'>((resolve) => {
    decompressor(bytes, { maxOutputLength: limit }, (error, result) => {
      if (!error) return resolve(result);
      const isTooLong = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      resolve(isTooLong ? 'too long' : 'broken');
    });
  });
}
