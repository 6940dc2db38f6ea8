/** The store's random key, without which fingerprints of secrets reveal nothing. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { systemErrorCode } from '../../errors.ts';
import { writeFileAtomic } from '../../files/atomic.ts';
import { makeDirectory } from '../../files/plain-directory.ts';
import { readPrivate } from '../../files/private.ts';

/**
 * Reads the key, or creates it; processes that create it at the same time end up with the same one.
 *
 * @param uid the user ID; undefined if files have no owner
 * @returns 32 bytes
 * @throws the system's error if the file cannot be created
 */
export async function fingerprintKey(
  path: string,
  uid: number | undefined,
  clock: Clock,
): Promise<Uint8Array> {
  const fresh = randomBytes(32);
  const text = `${fresh.toString('hex')}\n`;
  makeDirectory(dirname(path));
  // Another process may have created the file and not written to it yet.
  for (let attempt = 0; attempt < 20; attempt++) {
    const stored = readPrivate(path, uid);
    if (stored.problem !== undefined) break;
    const key = parseKey(stored.text);
    if (key) return key;
    if (stored.text === undefined && create(path, text)) return fresh;
    await clock.sleep(10);
  }
  await writeFileAtomic(path, text, { mode: 0o600, clock });
  return fresh;
}

/** Creates the file. @returns false if it exists */
function create(path: string, text: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function parseKey(text = ''): Uint8Array | undefined {
  return /^[0-9a-f]{64}\n$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
