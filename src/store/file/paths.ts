/** The layout of the state directory. Imports next to nothing, since the launcher uses it. */
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

/** The file that exists while a launcher is the leader for a provider and profile. */
export function leaderPath(state: string, provider: string, profile: string): string {
  return `${state}/leaders/${directoryName(provider)}.${directoryName(profile)}`;
}

/** The file that points to the session that the profile stored last, at any server or at the given one. */
export function pointerPath(
  state: string,
  provider: string,
  profile: string,
  baseUrl?: string,
): string {
  const name = baseUrl === undefined ? 'current' : `current-${hash(baseUrl)}`;
  return `${sessionDirectory(state, provider, profile)}/${name}`;
}

/** A session's file. Its name is a hash that may collide: the key is in the file, and compared on reading. */
export function sessionPath(state: string, key: SessionKey): string {
  return `${sessionDirectory(state, key.provider, key.profile)}/${hash(canonicalKey(key))}.json`;
}

/**
 * The directory name of a provider or profile. Upper case letters and dots are escaped: some file
 * systems ignore case, and `..` is a valid profile name.
 */
export function directoryName(name: string): string {
  return name.replace(/[^a-z0-9-]/g, (c) => `_${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A 64-bit non-cryptographic hash (two lanes of FNV-1a); node:crypto takes milliseconds to load. */
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
