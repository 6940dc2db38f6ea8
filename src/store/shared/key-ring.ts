/**
 * The keys of a shared store, as a text that lists them: `<kid>:<32 bytes in base64>` a line. A root key
 * gives the keys that seal and open; the first seals, all open. `name:` and `fingerprint:` never rotate, so
 * they are listed once there was a rotation. A reader gets `name:` and `read.<kid>:` only.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { AuthctlError, hint } from '../../errors.ts';

/** A key with its identifier, which stands beside what it has sealed. */
export interface SealingKey {
  readonly kid: string;
  /** For access tokens and failures. */
  readonly read: Uint8Array;
  /** For refresh tokens; a reader has none. */
  readonly renew?: Uint8Array;
}

/** The keys that a text lists. */
export interface KeyRing {
  /** Makes the names of sessions. */
  readonly name: Uint8Array;
  /** Makes the fingerprints of credentials; a reader has none. */
  readonly fingerprint?: Uint8Array;
  /** The first seals. At least one. */
  readonly keys: readonly [SealingKey, ...SealingKey[]];
}

const size = 32;
const label = /^(?:read\.)?[A-Za-z0-9_-]{1,16}$/;

interface Line {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** Reads a text. @param from where it comes from, for the message @throws AuthctlError `setting_missing` */
export function parseKeyRing(text: string, from: string): KeyRing {
  const lines = linesOf(text, from);
  const fixed = (name: string) => lines.find((line) => line.label === name)?.bytes;
  const roots = lines.filter(isRoot);
  const readers = lines.filter((line) => line.label.startsWith('read.'));
  const [root] = roots;
  const name = fixed('name') ?? (root && derive(root.bytes, 'name'));
  const fingerprint =
    fixed('fingerprint') ??
    (root && !fixed('name') ? derive(root.bytes, 'fingerprint') : undefined);
  if (roots.length > 0 && readers.length > 0) throw wrong(from, 'mixes whole keys with readers’');
  const [first, ...rest] = [...roots.map(sealingKey), ...readers.map(readerKey)];
  if (!first || !name) throw wrong(from, 'lacks a key');
  if (roots.length > 1 && !fixed('name')) throw wrong(from, 'lists several keys, and no name:');
  if (root && !fingerprint) throw wrong(from, 'has name: without fingerprint:');
  return { name, ...(root && fingerprint && { fingerprint }), keys: [first, ...rest] };
}

/** A new text with one key. */
export function newKeyText(): string {
  return lineText(newRoot());
}

/** How a rotation goes on: the new key is told to all machines, then seals, then is the only one. */
export type Rotation = 'add' | 'seal' | 'drop';

/**
 * The text for the next step of a rotation.
 *
 * @throws AuthctlError `setting_missing` as `parseKeyRing`; `usage` for a step that is not possible
 */
export function rotatedKeyText(text: string, step: Rotation, from: string): string {
  const { name, fingerprint } = parseKeyRing(text, from);
  const roots = linesOf(text, from).filter(isRoot);
  const [first, ...others] = roots;
  if (!first || !fingerprint) throw readerOnly(from);
  const last = others.at(-1);
  if (step !== 'add' && !last) {
    throw new AuthctlError('usage', `${from} has one key only, so that no rotation has begun`, {
      hint: 'authctl store key rotate',
    });
  }
  const next =
    step === 'add' || !last
      ? [...roots, newRoot()]
      : step === 'seal'
        ? [last, ...roots.filter((each) => each !== last)]
        : [first];
  const fixed = [
    { label: 'name', bytes: name },
    { label: 'fingerprint', bytes: fingerprint },
  ];
  return [...next, ...fixed].map(lineText).join('');
}

/** The text for readers. @throws AuthctlError as `rotatedKeyText` */
export function readerKeyText(text: string, from: string): string {
  const { name, fingerprint, keys } = parseKeyRing(text, from);
  if (!fingerprint) throw readerOnly(from);
  const read = keys.map((key) => ({ label: `read.${key.kid}`, bytes: key.read }));
  return [{ label: 'name', bytes: name }, ...read].map(lineText).join('');
}

/** The bytes that a text holds, for what is redacted. */
export function secretsIn(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .flatMap((each) => each.split(':').slice(-1))
    .filter((each) => each.length > 8);
}

function linesOf(text: string, from: string): readonly Line[] {
  // In a variable, there may be no line breaks.
  const words = text
    .replace(/^#.*$/gm, '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const lines = words.map((word): Line => {
    const [base64 = '', given, ...more] = word.split(':').reverse();
    const bytes = Buffer.from(base64, 'base64');
    if (more.length > 0 || bytes.length !== size || !/^[A-Za-z0-9+/]{43}=?$/.test(base64)) {
      throw wrong(from, `does not have ${size} bytes in base64 on each line`);
    }
    if (given !== undefined && !label.test(given))
      throw wrong(from, 'has a key without a proper name');
    return { label: given ?? identifier(bytes), bytes };
  });
  if (new Set(lines.map((line) => line.label)).size < lines.length) {
    throw wrong(from, 'has two keys of one name');
  }
  return lines;
}

function isRoot({ label: name }: Line): boolean {
  return name !== 'name' && name !== 'fingerprint' && !name.startsWith('read.');
}

function newRoot(): Line {
  const bytes = randomBytes(size);
  return { label: identifier(bytes), bytes };
}

function lineText({ label: name, bytes }: Line): string {
  return `${name}:${Buffer.from(bytes).toString('base64')}\n`;
}

function sealingKey({ label: kid, bytes }: Line): SealingKey {
  return { kid, read: derive(bytes, 'read'), renew: derive(bytes, 'renew') };
}

function readerKey({ label: name, bytes }: Line): SealingKey {
  return { kid: name.slice('read.'.length), read: bytes };
}

/** HKDF with SHA-256 (RFC 5869): one key for each purpose. */
function derive(root: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(), `authctl 1 ${purpose}`, size));
}

/** Tells a key from others, and nothing else about it. */
function identifier(root: Uint8Array): string {
  return Buffer.from(derive(root, 'identifier')).toString('hex').slice(0, 8);
}

function wrong(from: string, what: string): AuthctlError {
  return new AuthctlError('setting_missing', `the key of the shared store, from ${from}, ${what}`, {
    hint: hint`authctl store key new`,
  });
}

function readerOnly(from: string): AuthctlError {
  return new AuthctlError('usage', `${from} has a reader's key: this takes the whole one`);
}
