/** Compares requests with those of a contract, whatever the order of names and the spelling of a URL. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from '@jest/globals';
import { compactVerify } from 'jose';
import type { Request } from '../../src/http/message.ts';
import type { RequestContract } from './catalogue.ts';

/** The private keys that credentials name. */
const keys: Readonly<Record<string, ReturnType<typeof pair>>> = {
  '!rsa': pair(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  '!ec': pair(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  '!ed25519': pair(generateKeyPairSync('ed25519')),
};

function pair({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  return { pem: `${privateKey.export({ type: 'pkcs8', format: 'pem' })}`, publicKey };
}

/** A credential as it is given: `!rsa`, `!ec` and `!ed25519` are private keys in PEM. */
export function credential(value: string): string {
  return keys[value]?.pem ?? value;
}

/** Expects a request to be that of a contract. @param credentials those that signed its JWTs */
export async function expectRequest(
  { method, url, headers, body }: Request,
  expected: RequestContract,
  credentials: readonly string[],
): Promise<void> {
  const { json, form, text } = expected;
  const wanted = json ?? form ?? text;
  expect({
    method,
    ...urlParts(url),
    headers: await decodedAs(headersOf(headers), headersOf(expected.headers), credentials),
    body: await decodedAs(bodyAs(body, expected), wanted, credentials),
  }).toEqual({
    method: expected.method,
    ...urlParts(expected.url),
    headers: headersOf(expected.headers),
    body: wanted,
  });
}

/** A value in which a JWT, where one is expected, is its header and its claims. */
export async function decodedAs(
  value: unknown,
  expected: unknown,
  credentials: readonly string[],
): Promise<unknown> {
  if (typeof expected !== 'object' || expected === null) return value;
  if ('jwt' in expected && typeof value === 'string') {
    const prefix = 'prefix' in expected ? `${expected.prefix}` : '';
    const token = value.startsWith(prefix) ? value.slice(prefix.length) : '';
    return { ...(prefix !== '' && { prefix }), jwt: await verified(token, credentials) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = new Map(Object.entries(expected));
  const entries = Object.entries(value).map(
    async ([name, each]) => [name, await decodedAs(each, names.get(name), credentials)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The parts of a JWT that one of the credentials has signed. */
async function verified(token: string, credentials: readonly string[]) {
  const encodings = ['utf8', 'hex', 'base64'] as const;
  const checks = credentials.flatMap((value) => {
    const own = keys[value];
    if (own) return [compactVerify(token, own.publicKey)];
    return encodings.map((each) => compactVerify(token, Buffer.from(value, each)));
  });
  const [found] = (await Promise.allSettled(checks)).flatMap((each) =>
    each.status === 'fulfilled' ? [each.value] : [],
  );
  if (!found) throw new Error('no credential has signed the JWT');
  return {
    header: { ...found.protectedHeader },
    claims: JSON.parse(new TextDecoder().decode(found.payload)),
  };
}

function urlParts(text: string) {
  const { origin, pathname, searchParams } = new URL(text);
  const query = [...searchParams].sort(([a], [b]) => (a < b ? -1 : 1));
  return { address: `${origin}${pathname}`, query };
}

/** Names in lower case, without those that every request has, and a media type without its parameters. */
function headersOf(headers: Readonly<Record<string, unknown>> = {}) {
  const named = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return Object.fromEntries(
    named
      .filter(([name]) => !['accept', 'user-agent', 'content-length', 'host'].includes(name))
      .map(([name, value]) => [
        name,
        name === 'content-type' ? `${value}`.replace(/\s*;.*/, '').toLowerCase() : value,
      ]),
  );
}

function bodyAs(body: string | undefined, { json, form }: RequestContract): unknown {
  if (body === undefined) return undefined;
  if (json !== undefined) return JSON.parse(body);
  return form === undefined ? body : Object.fromEntries(new URLSearchParams(body));
}
