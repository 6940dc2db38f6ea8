/** Demo credentials. They are public, and valid only in a sandbox. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Declaration, Derivation, Field } from '../declaration/declaration.ts';
import { templatesOf } from '../declaration/derive.ts';
import type { JwtTemplate } from '../declaration/sign.ts';
import { placeholdersIn } from '../declaration/template.ts';
import { declaredRequests, templatesInRequest } from '../declaration/uses.ts';

/** The one-time code of every demo account. */
const demoCode = '123456';
/** A seed of one-time codes, in base32. */
const demoSeed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const demoSecret = Buffer.from('the secret of the sandbox, 32 b.');

/** A value of a field that every place accepts. */
export function demoValue(
  { name, secret, once, default: value }: Field,
  declaration: Declaration,
): string {
  if (value !== undefined) return value;
  if (once) return demoCode;
  const derivations = Object.values(declaration.derive ?? {});
  if (derivations.some((each) => 'totp' in each && names(each.totp.secret, name))) return demoSeed;
  const jwts = derivations.flatMap((each) => ('jwt' in each ? [each.jwt] : []));
  const signing = jwts.find(({ key }) => key === `{${name}}`);
  const key = signing && demoKey(signing);
  if (key !== undefined) return key;
  const filter = filterOf(declaration, name);
  if (filter !== undefined) return filter === 'number' ? '1' : 'true';
  return `${secret ? 'sandbox' : 'demo'}-${name.replaceAll('_', '-')}`;
}

/**
 * A fresh value for a name that an answer keeps.
 *
 * @param random returns random bytes
 */
export function freshValue(
  declaration: Declaration,
  name: string,
  random: (bytes: number) => Uint8Array,
): string {
  const bytes = Buffer.from(random(4));
  const filter = filterOf(declaration, name);
  if (filter === 'boolean') return 'true';
  if (filter === 'number') return String(bytes.readUInt32BE() + 1);
  return `sandbox-${name.replaceAll('_', '-')}-${bytes.toString('hex')}`;
}

/** `number` or `boolean`, if a value has to be one somewhere. */
function filterOf(declaration: Declaration, name: string): string | undefined {
  const derivations = Object.values<Derivation>(declaration.derive ?? {});
  const templates = [
    ...declaredRequests(declaration).flatMap(({ request }) =>
      templatesInRequest(request).map(({ template }) => template),
    ),
    ...derivations.flatMap(templatesOf).map(([, template]) => template),
  ];
  return templates
    .flatMap(placeholdersIn)
    .find((each) => each.name === name && each.filter !== undefined)?.filter;
}

function names(template: string, name: string): boolean {
  return placeholdersIn(template).some((each) => each.name === name);
}

/** By algorithm. One process has one of each, so that all its parts agree. */
const keys = new Map<string, KeyObject>();

/** A key in the form that a JWT asks for; undefined if any text is one. */
function demoKey({ alg, as }: JwtTemplate): string | undefined {
  if (alg === 'HS256') {
    if (as === 'hex' || as === 'base64') return demoSecret.toString(as);
    if (as === 'jwk') return JSON.stringify({ kty: 'oct', k: demoSecret.toString('base64url') });
    return undefined;
  }
  const key = keys.get(alg) ?? newKey(alg);
  keys.set(alg, key);
  if (as === 'jwk') return JSON.stringify(key.export({ format: 'jwk' }));
  // In one line, since not every shell has variables of several.
  return String(key.export({ format: 'pem', type: 'pkcs8' }))
    .trim()
    .replaceAll('\n', '\\n');
}

function newKey(alg: Exclude<JwtTemplate['alg'], 'HS256'>): KeyObject {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}
