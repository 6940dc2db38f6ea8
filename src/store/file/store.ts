/** The session store in files: one per session (0600), in a directory per provider and profile (0700). */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { AuthctlError } from '../../errors.ts';
import { readPrivate } from '../../files/private.ts';
import { writeThroughScratch } from '../../files/scratch.ts';
import { type SessionKey, sameKey } from '../../session/key.ts';
import type { Session } from '../../session/session.ts';
import type { Store } from '../../session/store.ts';
import { formatFailure, parseFailure } from '../failure-format.ts';
import { formatPointer, formatSession, parsePointer, parseSession } from '../format.ts';
import { formatOutline } from '../outline-format.ts';
import { failed, linkBelow, mayRemoveFrom, prepareDirectory, reasonOf } from './directories.ts';
import { outlinePath, pointerPath, sessionPath } from './paths.ts';

export { stateProblem } from './directories.ts';

/** What the store depends on. */
export interface StoreWorld {
  /** The state directory. */
  readonly state: string;
  /** The user ID; undefined if files have no owner. */
  readonly uid: number | undefined;
  /** The process ID. */
  readonly pid: number;
  /** Whether a process with this ID is running. */
  readonly isAlive: (pid: number) => boolean;
  readonly clock: Clock;
  /** The program's version: an outline of another version may be out of date. */
  readonly version: string;
  /** Prints for -v why a file was ignored. */
  readonly detail: (text: string) => void;
}

/** A store in the state directory, which is created with the first session. */
export function fileStore(world: StoreWorld): Store {
  const { state, uid, pid, isAlive, clock, version, detail } = world;
  const lockPath = (key: SessionKey) => `${sessionPath(state, key)}.lock`;
  const scratch = `${state}/unfinished`;
  let prepared = false;
  const failurePath = (key: SessionKey) => `${sessionPath(state, key)}.failure`;

  function load<T>(path: string, parse: (text: string) => T | string): T | undefined {
    const link = linkBelow(state, dirname(path));
    const { text, problem } =
      link === undefined ? readPrivate(path, uid) : { problem: `behind the link ${link}` };
    const parsed = text === undefined ? problem : parse(text);
    if (typeof parsed !== 'string') return parsed;
    detail(`ignored ${path}: it is ${parsed}`);
    return undefined;
  }

  /** What is created or removed by its path has to be in a directory that others cannot replace. */
  async function prepare(directory: string): Promise<void> {
    if (!prepared) await prepareDirectory(state, uid);
    prepared = true;
    const link = linkBelow(state, directory);
    if (link !== undefined) throw new Error(`${link} is a symbolic link`);
    await prepareDirectory(directory, uid);
  }

  async function write(path: string, text: string): Promise<void> {
    try {
      await prepare(dirname(path));
      await prepare(scratch);
      await writeThroughScratch(path, text, { scratch, pid, isAlive, clock });
    } catch (cause) {
      throw failed('write', path, cause);
    }
  }

  async function remove(path: string): Promise<void> {
    try {
      if (await mayRemoveFrom(state, dirname(path), uid)) rmSync(path, { force: true });
    } catch (error) {
      detail(`cannot remove ${path} (${reasonOf(error)})`);
    }
  }

  return {
    async read(key) {
      const path = sessionPath(state, key);
      const session = load(path, parseSession);
      if (!session || sameKey(session.key, key)) return session;
      detail(`ignored ${path}: it is another session's`);
      return undefined;
    },
    async latest(provider, profile, baseUrl) {
      const key = load(pointerPath(state, provider, profile, baseUrl), parsePointer);
      // A file's name is only a place.
      return baseUrl === undefined || key?.baseUrl === baseUrl ? key : undefined;
    },
    async save(session, { aside = false, yields = false } = {}) {
      const { key } = session;
      const { provider, profile, baseUrl } = key;
      await write(sessionPath(state, key), formatSession(session));
      for (const server of aside ? [baseUrl] : [baseUrl, undefined]) {
        const pointer = pointerPath(state, provider, profile, server);
        const latest = load(pointer, parsePointer);
        const isMoved = latest !== undefined && !sameKey(latest, key);
        if (!latest || (isMoved && !yields)) await write(pointer, formatPointer(key));
      }
    },
    async saveOutline(outline) {
      const path = outlinePath(state, outline.name);
      const text = formatOutline(outline, version);
      if (readPrivate(path, uid).text === text) return;
      await write(path, text).catch((error: AuthctlError) => detail(error.message));
    },
    async fingerprintKey() {
      try {
        const { fingerprintKey } = await import('./fingerprint-key.ts');
        await prepare(state);
        return await fingerprintKey(`${state}/fingerprint-key`, uid, clock);
      } catch (error) {
        // A random key means that sessions are not found again, but they cannot be stored either.
        detail(`cannot read or create the fingerprint key (${reasonOf(error)})`);
        return randomBytes(32);
      }
    },
    async lock(key) {
      const path = lockPath(key);
      try {
        await prepare(dirname(path));
        const { lockAttempts } = await import('../../files/lock.ts');
        const attempts = lockAttempts(path, clock);
        return { take: async () => attempts.take(), waitedFor: attempts.waitedFor };
      } catch (error) {
        detail(`cannot create ${path} (${reasonOf(error)})`);
        return undefined;
      }
    },
    failure: async (key) => load(failurePath(key), parseFailure),
    async saveFailure(key, failure) {
      try {
        await write(failurePath(key), formatFailure(failure));
      } catch (error) {
        detail(error instanceof Error ? error.message : 'cannot store the failure');
      }
    },
    // It expires by itself, and must not stop the new token from being printed.
    removeFailure: async (key) => remove(failurePath(key)),
    remove: async (key) => remove(sessionPath(state, key)),
    async claim(name) {
      const directory = `${state}/claims`;
      try {
        await prepare(directory);
        const { claimIn } = await import('./claims.ts');
        return claimIn(directory, name, clock.now());
      } catch (error) {
        detail(`cannot create ${directory}/${name} (${reasonOf(error)})`);
        return true;
      }
    },
    async list() {
      const { sessionFiles } = await import('./all.ts');
      return sessionFiles(state)
        .map((path) => ({ path, session: load(path, parseSession) }))
        .filter(({ path, session }) => session && sessionPath(state, session.key) === path)
        .map(({ session }) => session)
        .filter((session): session is Session => session !== undefined);
    },
    async clear(scope) {
      const { clearSessions } = await import('./all.ts');
      await clearSessions({ state, uid, isAlive, scratch }, scope);
    },
  };
}
