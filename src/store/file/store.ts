/** The session store in files: one per session (0600), in a directory per provider and profile (0700). */
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { AuthctlError, systemErrorCode } from '../../errors.ts';
import { isPlainDirectory, makeDirectory } from '../../files/plain-directory.ts';
import { readPrivate } from '../../files/private.ts';
import { sweep, writeThroughScratch } from '../../files/scratch.ts';
import type { DirectoryCheck } from '../../files/trusted-directory.ts';
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

/**
 * The reason why the state directory cannot be used, as a clause that names the place; undefined if it
 * can be, or does not exist yet.
 *
 * @param state absolute
 * @param uid the user's ID; undefined if files have no owner
 */
export async function stateProblem(
  state: string,
  uid: number | undefined,
): Promise<string | undefined> {
  return (await check(state, uid)).problem;
}

/** A store in the state directory, which is created with the first session. */
export function fileStore(world: StoreWorld): Store {
  const { state, uid, pid, isAlive, clock, version, detail } = world;
  const lockPath = (key: SessionKey) => `${sessionPath(state, key)}.lock`;
  const scratch = `${state}/unfinished`;
  let prepared = false;
  const failurePath = (key: SessionKey) => `${sessionPath(state, key)}.failure`;

  function load<T>(path: string, parse: (text: string) => T | string): T | undefined {
    const { text, problem } = readPrivate(path, uid);
    const parsed = text === undefined ? problem : parse(text);
    if (typeof parsed !== 'string') return parsed;
    detail(`ignored ${path}: it is ${parsed}`);
    return undefined;
  }

  /** What is created or removed by its path has to be in a directory that others cannot replace. */
  async function prepare(directory: string): Promise<void> {
    if (!prepared) await make(state, uid);
    prepared = true;
    await make(directory, uid);
  }

  async function mayRemoveFrom(directory: string): Promise<boolean> {
    const { trusted = false, problem } = await check(directory, uid);
    if (problem !== undefined) {
      throw new AuthctlError('store', `nothing in ${directory} is removed: ${problem}`);
    }
    return trusted;
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

  /** Removes the files in a directory, and the directory unless another one is in it. */
  async function removeFiles(directory: string): Promise<void> {
    if (!(await mayRemoveFrom(directory))) return;
    for (const name of names(directory)) {
      const path = `${directory}/${name}`;
      if (!isDirectory(path)) remove(path, unlinkSync);
    }
    remove(directory, rmdirSync);
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
    async removeFailure(key) {
      const path = failurePath(key);
      try {
        if (await mayRemoveFrom(dirname(path))) rmSync(path, { force: true });
      } catch (error) {
        // It expires by itself, and must not stop the new token from being printed.
        detail(`cannot remove ${path} (${reasonOf(error)})`);
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
      if (await mayRemoveFrom(scratch)) {
        sweep(scratch, (owner) => provider !== undefined && isAlive(owner));
      }
      const root = sessionsRoot(state);
      const chosen = provider === undefined ? names(root) : [directoryName(provider)];
      for (const name of chosen) {
        const path = `${root}/${name}`;
        const profiles =
          profile === undefined
            ? names(path).filter((each) => isDirectory(`${path}/${each}`))
            : [directoryName(profile)];
        for (const each of profiles) await removeFiles(`${path}/${each}`);
        if (profile !== undefined) continue;
        await removeFiles(path);
        const outlines = outlinesRoot(state);
        if (await mayRemoveFrom(outlines)) remove(`${outlines}/${name}.json`, unlinkSync);
      }
    },
  };
}

/** Loads what follows links and knows groups only for a directory that is not of the plainest kind. */
async function check(directory: string, uid: number | undefined): Promise<DirectoryCheck> {
  if (isPlainDirectory(directory, uid)) return existsSync(directory) ? { trusted: true } : {};
  const { checkDirectory } = await import('../../files/trusted-directory.ts');
  return checkDirectory(directory, uid);
}

async function make(directory: string, uid: number | undefined): Promise<void> {
  if (isPlainDirectory(directory, uid)) {
    makeDirectory(directory);
    // In a sticky directory others may have been quicker.
    if (isPlainDirectory(directory, uid)) return;
  }
  const { makeTrustedDirectory } = await import('../../files/trusted-directory.ts');
  makeTrustedDirectory(directory, uid);
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

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws AuthctlError `store` */
function remove(path: string, by: (path: string) => void): void {
  try {
    by(path);
  } catch (cause) {
    const code = systemErrorCode(cause) ?? '';
    // The last two: the directory has other files too.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw failed('remove', path, cause);
  }
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
  return new AuthctlError('store', `cannot ${verb} ${path} (${reasonOf(cause)})`, { cause });
}

function reasonOf(cause: unknown): string {
  return systemErrorCode(cause) ?? (cause instanceof Error ? cause.message : 'unknown error');
}
