/** Appends text to a file to which other programs append as well. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inDirectory } from '../files/held-directory.ts';
import { foreignLink, isForeign, wayTo } from '../files/way.ts';
import { outputFailed } from './out-file.ts';
import {
  belongsToAnother,
  madeByOthers,
  Refused,
  type WriteWorld,
  writeSpecial,
} from './special-file.ts';

/**
 * Appends lines in one write. A last line without a newline gets one first. Links that another user
 * could have made are not followed.
 *
 * @throws AuthctlError `output_failed` naming the path
 */
export async function appendLines(path: string, lines: string, world: WriteWorld): Promise<void> {
  try {
    if (await writeSpecial(path, lines, world)) return;
    const way = wayTo(path);
    const link = foreignLink(way, world.uid);
    if (link !== undefined) throw madeByOthers(link);
    const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const [place, name] = way.real === undefined ? [wayTo(dirname(path)), path] : [way, way.real];
    const file = await inDirectory(place, (directory) =>
      open(join(directory, basename(name)), flags, 0o600),
    );
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Refused('it was replaced while it was being opened');
      const { uid } = world;
      // Root may run a step for the user who owns the file, as in a container of a runner.
      if (uid !== undefined && uid !== 0 && isForeign(stat, uid)) throw belongsToAnother();
      await file.writeFile((await lacksNewline(file)) ? `\n${lines}` : lines);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw outputFailed(`cannot append to ${JSON.stringify(path)}`, cause);
  }
}

async function lacksNewline(file: FileHandle): Promise<boolean> {
  const stats = await file.stat();
  if (stats.size === 0) return false;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, stats.size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}
