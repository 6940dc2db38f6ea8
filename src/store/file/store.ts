/** The session store in files: one per session (0600), in a directory per provider and profile (0700). */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { AuthctlError, systemErrorCode } from '../../errors.ts';
import { readPrivate } from '../../files/private.ts';
import { sweep, writeThroughScratch } from '../../files/scratch.ts';
import { type SessionKey, sameKey } from '../../session/key.ts';
import type { Session } from '../../session/session.ts';
import type { Store } from '../../session/store.ts';
import { formatFailure, parseFailure } from '../failure-format.ts';
import { formatPointer, formatSession, parsePointer, parseSession } from '../format.ts';
import { formatOutline } from '../outline-format.ts';
import {
  directoryName,
  outlinePath,
  outlinesRoot,
  pointerPath,
  sessionPath,
  sessionsRoot,
} from './paths.ts';

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
  const failurePath = (key: SessionKey) => `${sessionPath(state, key)}.failure`;

  function load<T>(path: string, parse: (text: string) => T | string): T | undefined {
    const { text, problem } = readPrivate(path, uid);
    const parsed = text === undefined ? problem : parse(text);
    if (typeof parsed !== 'string') return parsed;
    detail(`ignored ${path}: it is ${parsed}`);
    return undefined;
  }

  async function write(path: string, text: string): Promise<void> {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await writeThroughScratch(path, text, { scratch, pid, isAlive, clock });
    } catch (cause) {
      throw failed('write', path, cause);
    }
  }

  function remove(path: string): void {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (cause) {
      throw failed('remove', path, cause);
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
    async save(session, { aside = false } = {}) {
      const { key } = session;
      const { provider, profile, baseUrl } = key;
      await write(sessionPath(state, key), formatSession(session));
      for (const server of aside ? [baseUrl] : [baseUrl, undefined]) {
        const pointer = pointerPath(state, provider, profile, server);
        const latest = load(pointer, parsePointer);
        if (!latest || !sameKey(latest, key)) await write(pointer, formatPointer(key));
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
        return await fingerprintKey(`${state}/fingerprint-key`, uid, clock);
      } catch (error) {
        // A random key means that sessions are not found again, but they cannot be stored either.
        detail(
          `cannot read or create the fingerprint key (${systemErrorCode(error) ?? 'unknown error'})`,
        );
        return randomBytes(32);
      }
    },
    async lock(key) {
      const path = lockPath(key);
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const { lockAttempts } = await import('../../files/lock.ts');
        const attempts = lockAttempts(path, clock);
        return { take: async () => attempts.take(), waitedFor: attempts.waitedFor };
      } catch (error) {
        detail(`cannot create ${path} (${systemErrorCode(error) ?? 'unknown error'})`);
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
    async removeFailure(key) {
      const path = failurePath(key);
      try {
        rmSync(path, { force: true });
      } catch (error) {
        // It expires by itself, and must not stop the new token from being printed.
        detail(`cannot remove ${path} (${systemErrorCode(error) ?? 'unknown error'})`);
      }
    },
    list: async () =>
      sessionFiles(state)
        .map((path) => ({ path, session: load(path, parseSession) }))
        .filter(({ path, session }) => session && sessionPath(state, session.key) === path)
        .map(({ session }) => session)
        .filter((session): session is Session => session !== undefined),
    async clear({ provider, profile }) {
      // A killed process may have left a token in a temporary file.
      sweep(scratch, (owner) => provider !== undefined && isAlive(owner));
      const root = sessionsRoot(state);
      const chosen = provider === undefined ? names(root) : [directoryName(provider)];
      for (const name of chosen) {
        const path = join(root, name);
        remove(profile === undefined ? path : join(path, directoryName(profile)));
        if (profile === undefined) remove(join(outlinesRoot(state), `${name}.json`));
      }
    },
  };
}

function sessionFiles(state: string): string[] {
  const root = sessionsRoot(state);
  return names(root)
    .flatMap((provider) =>
      names(join(root, provider)).map((profile) => join(root, provider, profile)),
    )
    .flatMap((directory) => names(directory).map((name) => join(directory, name)))
    .filter((path) => path.endsWith('.json'));
}

/** @throws AuthctlError `store` if the directory exists and cannot be read */
function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return [];
    throw failed('read', directory, cause);
  }
}

function failed(verb: string, path: string, cause: unknown): AuthctlError {
  const reason = systemErrorCode(cause) ?? 'unknown error';
  return new AuthctlError('store', `cannot ${verb} ${path} (${reason})`, { cause });
}
