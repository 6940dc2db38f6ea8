/** Where a session is kept. Loads nothing: it is on the way to a token that is already there. */
import { canonicalKey, type SessionKey } from '../../session/key.ts';

/** The directory of all sessions. */
export function sessionsRoot(state: string): string {
  return `${state}/sessions`;
}

/** The directory of a provider's sessions in one profile, under the state directory. */
export function sessionDirectory(state: string, provider: string, profile: string): string {
  return `${sessionsRoot(state)}/${directoryName(provider)}/${directoryName(profile)}`;
}

/** The directory of the outlines. */
export function outlinesRoot(state: string): string {
  return `${state}/outlines`;
}

/** The file that holds the outline of a provider's declaration. */
export function outlinePath(state: string, provider: string): string {
  return `${outlinesRoot(state)}/${directoryName(provider)}.json`;
}

/** The file of the process that goes ahead for a provider and profile, while others wait for it. */
export function leaderPath(state: string, provider: string, profile: string): string {
  return `${state}/leaders/${directoryName(provider)}.${directoryName(profile)}`;
}

/** The file that names the session which the profile wrote last, at any server or at one. */
export function pointerPath(
  state: string,
  provider: string,
  profile: string,
  baseUrl?: string,
): string {
  const name = baseUrl === undefined ? 'current' : `current-${hash(baseUrl)}`;
  return `${sessionDirectory(state, provider, profile)}/${name}`;
}

/** A session's file. The name is only a place: the key stands inside, and is compared on reading. */
export function sessionPath(state: string, key: SessionKey): string {
  return `${sessionDirectory(state, key.provider, key.profile)}/${hash(canonicalKey(key))}.json`;
}

/**
 * The directory of a provider or profile of some name. Upper case and dots are spelt out: some file
 * systems fold case, and `..` is a profile's name.
 */
export function directoryName(name: string): string {
  return name.replace(/[^a-z0-9-]/g, (c) => `_${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** 64 bits of a plain hash (two lanes of FNV-1a); node:crypto costs milliseconds to load. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ (c + i), 0x5bd1e995);
    b ^= b >>> 15;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
