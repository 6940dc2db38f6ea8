/** Writes to a FIFO, a device or an open descriptor, unless others could read the text there. */
import { constants, type Stats, writeFileSync } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { type Hint, hint, quoted, systemErrorCode } from '../errors.ts';
import { foreignLink, isForeign, type Way, wayTo } from '../files/way.ts';

/** What writing depends on. */
export interface WriteWorld {
  readonly clock: Clock;
  /** The user's id; undefined if files have no owner. */
  readonly uid?: number | undefined;
  /** Milliseconds to wait for the reader of a FIFO; undefined for no limit. */
  readonly readerTimeout?: number | undefined;
  /** Receives what the user should know of how it was written. */
  readonly notice?: ((text: string) => void) | undefined;
}

/** The reason why nothing is written. */
export class Refused extends Error {
  readonly hint: Hint | undefined;
  constructor(reason: string, hint?: Hint) {
    super(reason);
    this.hint = hint;
  }
}

/**
 * Writes to the path in place, unless it is a plain file.
 *
 * @returns whether it did: not for a plain file, a link to one, or a path where nothing exists
 * @throws Refused if another user could read it, or decide where it goes; the system's error
 */
export async function writeSpecial(
  path: string,
  text: string,
  world: WriteWorld,
): Promise<boolean> {
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined) {
    // Written to the open file itself, after what others have written to it.
    writeFileSync(descriptor, text);
    return true;
  }
  const { uid } = world;
  const inDirectory = foreignLink(wayTo(dirname(path)), uid);
  if (inDirectory !== undefined) throw madeByOthers(inDirectory);
  const way = wayTo(path);
  const link = foreignLink(way, uid);
  const linked = [...way.places.keys()].map(descriptorOf).find((each) => each !== undefined);
  if (linked !== undefined && link === undefined) {
    writeFileSync(linked, text);
    return true;
  }
  const target = way.real === undefined ? undefined : way.places.get(way.real);
  if (way.real === undefined || target === undefined || target.isFile()) return false;
  if (link !== undefined) throw madeByOthers(link);
  checkFit(way, way.real, target, uid);
  await writeInto({ ...way, real: way.real }, text, world);
  return true;
}

/**
 * Writes to a plain file in place, and gives it the mode 0600.
 *
 * @param place the same file, in a directory that is held
 * @returns whether it did: not for a link, a file with other names, or one that is not the user's own
 * @throws Refused if another user could read it; the system's error
 */
export async function overwrite(
  path: string,
  place: string,
  text: string,
  { uid }: WriteWorld,
): Promise<boolean> {
  const before = await lstat(place).catch(() => undefined);
  if (before?.uid !== uid || !before?.isFile() || before.nlink > 1) return false;
  const way = wayTo(path);
  const { O_WRONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const file = await open(place, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const opened = await file.stat();
    if (opened.ino !== before.ino || opened.dev !== before.dev || opened.nlink > 1) {
      throw new Refused('it was replaced while it was being opened');
    }
    checkFit(way, way.real ?? path, opened, uid);
    await file.chmod(0o600);
    // The end of a longer text is cut off last, so that there is no moment without any.
    await file.writeFile(text);
    await file.truncate(Buffer.byteLength(text));
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/** The refusal to write to another user's file. */
export function belongsToAnother(): Refused {
  return new Refused('it belongs to another user');
}

/** The refusal to follow a link. */
export function madeByOthers(link: string): Refused {
  return new Refused(`another user could have made the link ${JSON.stringify(link)}`);
}

/** Whether a path names this process's stdout. */
export function isStdout(path: string): boolean {
  return path === '-' || descriptorOf(path) === 1;
}

/** The descriptor that a path names. Not every open file can be opened by name: a socket cannot. */
function descriptorOf(path: string): number | undefined {
  const name = resolve(path);
  if (name === '/dev/stdout') return 1;
  if (name === '/dev/stderr') return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Devices of root that every user may write to: other users cannot read what is written there. */
const harmless: readonly string[] = ['/dev/null', '/dev/zero', '/dev/full', '/dev/tty'];

/** @throws Refused if another user could read what is written there, or it cannot be written to */
function checkFit({ places }: Way, real: string, stat: Stats, uid: number | undefined): void {
  if (stat.isDirectory()) throw new Refused('it is a directory');
  if (stat.isBlockDevice()) throw new Refused('it is a block device');
  if (stat.isSocket()) throw new Refused('it is a socket');
  if (uid !== undefined && isForeign(stat, uid)) throw belongsToAnother();
  if (harmless.includes(real)) return;
  // In a directory that others cannot enter, its own mode does not matter.
  const isShut = (each: Stats) =>
    uid !== undefined && each.isDirectory() && !isForeign(each, uid) && (each.mode & 0o011) === 0;
  const shut = [...places].some(([place, each]) => real.startsWith(`${place}/`) && isShut(each));
  if (uid !== undefined && !shut && (stat.mode & 0o044) !== 0) {
    const chmod =
      stat.uid === uid && !stat.isCharacterDevice() ? hint`chmod go-r ${quoted(real)}` : undefined;
    throw new Refused('another user could read it', chmod);
  }
}

async function writeInto(
  way: Way & { readonly real: string },
  text: string,
  { uid, clock, readerTimeout = Infinity }: WriteWorld,
): Promise<void> {
  const end = clock.monotonic() + readerTimeout;
  const pause = async () => {
    if (clock.monotonic() >= end) throw new Refused('nothing is reading from it');
    await clock.sleep(20);
  };
  const stream = await openToWrite(way.real, pause);
  try {
    // The path may have been replaced since it was checked.
    const opened = await stream.stat();
    const seen = way.places.get(way.real);
    if (opened.isFile() || opened.ino !== seen?.ino || opened.dev !== seen.dev) {
      throw new Refused('it was replaced while it was being opened');
    }
    checkFit(way, way.real, opened, uid);
    await writeAll(stream, Buffer.from(text), pause);
  } finally {
    await stream.close();
  }
}

/** Opens without blocking, so that signals are handled. */
async function openToWrite(path: string, pause: () => Promise<void>): Promise<FileHandle> {
  const { O_WRONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0, O_NOCTTY = 0 } = constants;
  for (;;) {
    try {
      return await open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
    } catch (error) {
      // A FIFO without a reader. Anything else will not change by waiting.
      if (systemErrorCode(error) !== 'ENXIO' || !(await lstat(path)).isFIFO()) throw error;
      await pause();
    }
  }
}

async function writeAll(
  stream: FileHandle,
  bytes: Buffer,
  pause: () => Promise<void>,
): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      const { bytesWritten } = await stream.write(rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      // The pipe is full.
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      await pause();
    }
  }
}
