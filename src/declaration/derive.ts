/** The values of "derive". Pure: each is made of the values above it and of the time of the request. */
import { createHash, createHmac } from 'node:crypto';
import type { Declaration, Derivation } from './declaration.ts';
import { escaped } from './pointer.ts';
import { type JwtTemplate, signedJwt } from './sign.ts';
import { type LookUp, placeholdersIn, renderTemplate } from './template.ts';
import { totpCode } from './totp.ts';

/** How the bytes of a hash are written. */
interface Form {
  readonly as?: 'hex' | 'base64' | 'base64url';
  readonly upper?: boolean;
}

/**
 * Works out a derived value of those that it names.
 *
 * @param now milliseconds since the epoch
 * @returns undefined if one of them has no value
 * @throws AuthctlError `credential_unsendable` for a key or a seed that cannot be used
 */
export function derivedFrom(
  derivation: Derivation,
  lookUp: LookUp,
  now: number,
): string | undefined {
  // Its claims may lack optional values.
  if ('jwt' in derivation) return signedJwt(derivation.jwt, lookUp, now);
  const texts = new Map<string, string>();
  for (const [member, template] of templatesOf(derivation)) {
    const text = renderTemplate(template, lookUp);
    if (text === undefined) return undefined;
    texts.set(member, text);
  }
  return derived(derivation, (member) => texts.get(member) ?? '', now);
}

function derived(
  derivation: Exclude<Derivation, { readonly jwt: unknown }>,
  text: (member: 'of' | 'key' | 'secret') => string,
  now: number,
): string {
  const of = text('of');
  if ('base64' in derivation) return Buffer.from(of).toString('base64');
  if ('base64url' in derivation) return Buffer.from(of).toString('base64url');
  if ('hex' in derivation) return written(Buffer.from(of), { ...derivation.hex, as: 'hex' });
  if ('hmac' in derivation) {
    const { hash } = derivation.hmac;
    return written(createHmac(hash, text('key')).update(of).digest(), derivation.hmac);
  }
  if ('time' in derivation) return time(derivation.time, now);
  if ('totp' in derivation) return totpCode(text('secret'), derivation.totp, now);
  for (const name of ['md5', 'sha1', 'sha256', 'sha512'] as const) {
    const form = (derivation as Readonly<Record<string, Form>>)[name];
    if (form) return written(createHash(name).update(of).digest(), form);
  }
  throw new Error('an unknown function');
}

/** The function of a derived value; undefined for any other name. */
export function derivationOf(
  { derive = {} }: Pick<Declaration, 'derive'>,
  name: string,
): Derivation | undefined {
  return Object.hasOwn(derive, name) ? derive[name] : undefined;
}

/** The claims and the key of a derived value that is a signed JWT; undefined for any other name. */
export function jwtOf(
  declaration: Pick<Declaration, 'derive'>,
  name: string,
): JwtTemplate | undefined {
  const derivation = derivationOf(declaration, name);
  return derivation && 'jwt' in derivation ? derivation.jwt : undefined;
}

/** Names, with those of all values that derive from any of them. */
export function withDerived(
  { derive = {} }: Pick<Declaration, 'derive'>,
  names: Iterable<string>,
): ReadonlySet<string> {
  const all = new Set(names);
  // A derived value uses only the ones before it.
  for (const [name, derivation] of Object.entries(derive)) {
    const used = templatesOf(derivation).flatMap(([, template]) => placeholdersIn(template));
    if (used.some((each) => all.has(each.name))) all.add(name);
  }
  return all;
}

/** The templates of a function: for each a JSON pointer from the function, without its first slash. */
export function templatesOf(derivation: Derivation): readonly (readonly [string, string])[] {
  const [form = {}] = Object.values(derivation) as readonly Readonly<Record<string, unknown>>[];
  return ['of', 'key', 'secret', 'header', 'claims'].flatMap((member) =>
    stringsIn(member, form[member]),
  );
}

/** The texts in a JSON value, with the pointer to each. @param pointer to the value */
export function stringsIn(pointer: string, json: unknown): readonly (readonly [string, string])[] {
  if (typeof json === 'string') return [[pointer, json]];
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    stringsIn(`${pointer}/${escaped(key)}`, value),
  );
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
