/** The values of "derive". Pure: each is made of the values above it and of the time of the request. */
import { createHash, createHmac } from 'node:crypto';
import type { Declaration, Derivation } from './declaration.ts';
import { type LookUp, placeholdersIn, renderTemplate } from './template.ts';

/** The texts of a function that are templates, by member. */
export type Arguments = Readonly<Record<'of' | 'key', string>>;

/** How the bytes of a hash are written. */
interface Form {
  readonly as?: 'hex' | 'base64' | 'base64url';
  readonly upper?: boolean;
}

/**
 * Works out a derived value.
 *
 * @param now milliseconds since the epoch
 */
export function derived(derivation: Derivation, { of, key }: Arguments, now: number): string {
  if ('base64' in derivation) return Buffer.from(of).toString('base64');
  if ('base64url' in derivation) return Buffer.from(of).toString('base64url');
  if ('hex' in derivation) return written(Buffer.from(of), { ...derivation.hex, as: 'hex' });
  if ('hmac' in derivation) {
    return written(createHmac(derivation.hmac.hash, key).update(of).digest(), derivation.hmac);
  }
  if ('time' in derivation) return time(derivation.time, now);
  for (const name of ['md5', 'sha1', 'sha256', 'sha512'] as const) {
    const form = (derivation as Readonly<Record<string, Form>>)[name];
    if (form) return written(createHash(name).update(of).digest(), form);
  }
  throw new Error('an unknown function');
}

/**
 * Works out a derived value of those that it names.
 *
 * @param now milliseconds since the epoch
 * @returns undefined if one of them has no value
 */
export function derivedFrom(
  derivation: Derivation,
  lookUp: LookUp,
  now: number,
): string | undefined {
  const texts = Object.entries(templatesOf(derivation)).map(([member, template]) => [
    member,
    renderTemplate(template, lookUp),
  ]);
  if (texts.some(([, text]) => text === undefined)) return undefined;
  return derived(derivation, { of: '', key: '', ...Object.fromEntries(texts) }, now);
}

/** Names, with those of all values that derive from any of them. */
export function withDerived(
  { derive = {} }: Pick<Declaration, 'derive'>,
  names: Iterable<string>,
): ReadonlySet<string> {
  const all = new Set(names);
  // A derived value uses only the ones before it.
  for (const [name, derivation] of Object.entries(derive)) {
    const used = Object.values(templatesOf(derivation)).flatMap(placeholdersIn);
    if (used.some((each) => all.has(each.name))) all.add(name);
  }
  return all;
}

/** The templates of a function, by member. */
export function templatesOf(derivation: Derivation): Partial<Arguments> {
  if ('hmac' in derivation) return { of: derivation.hmac.of, key: derivation.hmac.key };
  const [form] = Object.values(derivation) as readonly { readonly of?: string }[];
  return form?.of === undefined ? {} : { of: form.of };
}

/** Whether a function's result has no character but letters, digits and `+/=_-:.`, and spaces. */
export function isTame(derivation: Derivation): boolean {
  return !('time' in derivation) || derivation.time.as !== 'http-date';
}

function written(bytes: Buffer, { as = 'hex', upper = false }: Form): string {
  const text = bytes.toString(as);
  return upper ? text.toUpperCase() : text;
}

function time(
  { as, plus = 0 }: Extract<Derivation, { time: unknown }>['time'],
  now: number,
): string {
  const at = new Date(now + plus * 1000);
  if (as === 's') return String(Math.floor(at.getTime() / 1000));
  if (as === 'ms') return String(at.getTime());
  if (as === 'date') return at.toISOString().slice(0, '2026-01-31'.length);
  return as === 'iso' ? at.toISOString() : at.toUTCString();
}
