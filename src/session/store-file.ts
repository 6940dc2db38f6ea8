/** The session store in files: one a session, 0600, in a 0700 directory per provider and profile. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { fingerprintKey } from './fingerprint-key.ts';
import { pointerPath, sessionPath } from './paths.ts';
import { readPrivate } from './read-private.ts';
import { formatPointer, formatSession, parsePointer, parseSession, sameKey } from './session.ts';
import type { SessionStore } from './store.ts';

/** What the store needs of the world. */
export interface StoreWorld {
  /** The state directory. */
  readonly state: string;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** For -v: why a file was passed over. */
  readonly detail: (text: string) => void;
}

/** A store under the state directory, which is made with the first session. */
export function fileStore({ state, uid, detail }: StoreWorld): SessionStore {
  function load<T>(path: string, parse: (text: string) => T | string): T | undefined {
    const { text, problem } = readPrivate(path, uid);
    const parsed = text === undefined ? problem : parse(text);
    if (typeof parsed !== 'string') return parsed;
    detail(`passed over ${path}: it is ${parsed}`);
    return undefined;
  }

  async function write(path: string, text: string): Promise<void> {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, text, { mode: 0o600 });
    } catch (cause) {
      const reason = systemErrorCode(cause) ?? 'an error';
      throw new AuthctlError('store', `cannot write ${path} (${reason})`, { cause });
    }
  }

  return {
    read(key) {
      const path = sessionPath(state, key);
      const session = load(path, parseSession);
      if (!session || sameKey(session.key, key)) return session;
      detail(`passed over ${path}: it is another session's`);
      return undefined;
    },
    latest(provider, profile) {
      const key = load(pointerPath(state, provider, profile), parsePointer);
      return key?.provider === provider && key.profile === profile ? key : undefined;
    },
    async save(session) {
      const { key } = session;
      await write(sessionPath(state, key), formatSession(session));
      await write(pointerPath(state, key.provider, key.profile), formatPointer(key));
    },
    async fingerprintKey() {
      try {
        return await fingerprintKey(`${state}/fingerprint-key`, uid);
      } catch (error) {
        // Sessions will not be found again, which is all that is lost: they cannot be kept either.
        detail(`the fingerprint key cannot be kept (${systemErrorCode(error) ?? 'an error'})`);
        return randomBytes(32);
      }
    },
  };
}
