/** One-time codes by time: RFC 6238, on RFC 4226. */
import { createHmac } from 'node:crypto';
import { AuthctlError } from '../errors.ts';

/** How codes are made, from the declaration. */
export interface TotpOptions {
  readonly digits?: number;
  /** In seconds. */
  readonly period?: number;
  readonly hash?: 'sha1' | 'sha256' | 'sha512';
}

/** The number of the period that a moment is in. @param now milliseconds since the epoch */
export function totpCounter({ period = 30 }: TotpOptions, now: number): number {
  return Math.floor(now / 1000 / period);
}

/**
 * The code at a moment.
 *
 * @param secret the seed in base32 (RFC 4648), in any case, with or without spaces and padding
 * @param now milliseconds since the epoch
 * @throws AuthctlError `credential_unsendable` for a seed that is not base32
 */
export function totpCode(secret: string, options: TotpOptions, now: number): string {
  const { digits = 6, hash = 'sha1' } = options;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(totpCounter(options, now)));
  const mac = createHmac(hash, base32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text: string): Buffer {
  const letters = text.replace(/[\s-]/g, '').replace(/=+$/, '');
  // A single letter is not a whole byte.
  if (!/^[A-Z2-7]{2,}$/i.test(letters)) {
    const is = /^otpauth:/i.test(text)
      ? 'it is an otpauth URI: what is needed is the value of "secret" in it'
      : 'it is not in base32 (the letters A to Z and the digits 2 to 7)';
    throw new AuthctlError(
      'credential_unsendable',
      `the seed of one-time codes is unusable: ${is}`,
    );
  }
  const bits = [...letters.toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
