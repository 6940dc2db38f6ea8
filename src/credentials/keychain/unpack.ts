/** Unpacks the standalone executable's keychain library where other users cannot change it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isShut, wayTo } from '../../files/way.ts';

const prefix = 'authctl-keychain-';

/**
 * Writes the library into a new directory, loads it, and removes it. The directory for temporary files
 * is tried first, then others of the user. Places that other users could change are skipped.
 *
 * @param load loads the file; if it throws, the next place is tried: one may be mounted with `noexec`
 * @param world.uid the user's id; undefined if files have no owner (Windows)
 * @throws an error with the code ERR_DLOPEN_FAILED if no place works
 */
export function withUnpacked<T>(
  bytes: Uint8Array,
  load: (file: string) => T,
  {
    env,
    uid,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly uid: number | undefined;
  },
): T {
  const { TMPDIR, TEMP, XDG_RUNTIME_DIR, HOME } = env;
  const places =
    uid === undefined ? [TEMP] : [TMPDIR || '/tmp', XDG_RUNTIME_DIR, HOME && `${HOME}/.cache`];
  let why = 'every directory for temporary files is open to other users';
  for (const place of places) {
    if (!place || !isAbsolute(place)) continue;
    let directory: string | undefined;
    try {
      if (!isClosed(place, uid)) continue;
      if (uid === undefined) removeOld(place);
      directory = mkdtempSync(join(place, prefix));
      const file = join(directory, 'keytar.node');
      writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
      // Checked again, now that the file is there under the name that is loaded.
      if (isClosed(file, uid)) return load(file);
    } catch (error) {
      why = error instanceof Error ? error.message : why;
    } finally {
      if (directory !== undefined) remove(directory);
    }
  }
  throw Object.assign(new Error(why), { code: 'ERR_DLOPEN_FAILED' });
}

function isClosed(path: string, uid: number | undefined): boolean {
  const way = wayTo(path);
  return way.real !== undefined && (uid === undefined || isShut(way, uid));
}

/** Windows cannot remove a loaded library: those of earlier processes are removed instead. */
function removeOld(place: string): void {
  for (const name of readdirSync(place)) if (name.startsWith(prefix)) remove(join(place, name));
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // In use, or already removed.
  }
}
