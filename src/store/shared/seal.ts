/**
 * Sealing: AES-256-GCM with a random nonce of 96 bits, as `1.<kid>.<base64url of nonce, text and tag>`. What
 * is sealed opens only in its place: as the same kind of value, of the same session, under the same number.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { KeyRing, SealingKey } from './key-ring.ts';

/** What is sealed: an access token with its surroundings, a refresh token, or a failure. */
export type Kind = 't' | 'r' | 'f';

/** The place of a sealed value. */
export interface Place {
  readonly kind: Kind;
  readonly sid: string;
  readonly n: number;
}

/** In characters. A session has two tokens of at most 64 KiB, and some kept values. */
const largest = 512 * 1024;
const nonceSize = 12;
const tagSize = 16;

/** Seals a text with the first key; undefined if it is too large, or a reader's ring cannot seal it. */
export function seal({ keys: [key] }: KeyRing, place: Place, text: string): string | undefined {
  const secret = keyFor(key, place.kind);
  if (!secret) return undefined;
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(bound(place, key.kid));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const whole = `1.${key.kid}.${sealed.toString('base64url')}`;
  return whole.length > largest ? undefined : whole;
}

/** What opening gives: the text, what is wrong with it, to follow "it is", or the key that it takes. */
export type Opened =
  | { readonly text: string }
  | { readonly problem: string }
  | { readonly lacks: string };

/** Opens a sealed text. */
export function open({ keys }: KeyRing, place: Place, sealed: string): Opened {
  const [, kid, body] = /^1\.([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? [];
  if (kid === undefined || body === undefined || sealed.length > largest)
    return { problem: 'damaged' };
  const key = keys.find((each) => each.kid === kid);
  const secret = key && keyFor(key, place.kind);
  if (!secret) return { lacks: kid };
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < nonceSize + tagSize) return { problem: 'damaged' };
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceSize), {
      authTagLength: tagSize,
    })
      .setAAD(bound(place, kid))
      .setAuthTag(bytes.subarray(-tagSize));
    const text = decipher.update(bytes.subarray(nonceSize, -tagSize), undefined, 'utf8');
    return { text: text + decipher.final('utf8') };
  } catch {
    return { problem: 'forged, or from another place' };
  }
}

/**
 * The name of a session, which tells nothing about it to whoever lacks the key.
 *
 * @param account the non-secret fields in order, or what stands for them
 */
export function nameOf(
  { name }: KeyRing,
  provider: string,
  baseUrl: string,
  account: unknown,
): string {
  const text = JSON.stringify([provider, baseUrl, account]);
  return createHmac('sha256', name).update(text).digest('base64url').slice(0, 22);
}

function keyFor(key: SealingKey, kind: Kind): Uint8Array | undefined {
  return kind === 'r' ? key.renew : key.read;
}

function bound({ kind, sid, n }: Place, kid: string): Buffer {
  return Buffer.from(JSON.stringify(['authctl', 1, kind, sid, n, kid]));
}
