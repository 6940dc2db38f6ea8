/**
 * Finds the descriptors from 3 up that this process was given, so that a command can have them too: Node
 * closes them for its children.
 */
import { closeSync, fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Descriptors in ascending order. */
export interface Inherited {
  /** All of them. */
  readonly all: readonly number[];
  /** Those that are certainly not Node's own. */
  readonly certain: readonly number[];
}

const none: Inherited = { all: [], certain: [] };

/** An open descriptor: its number, and what it leads to, such as `pipe:[1234]` or a path. */
interface Open {
  readonly number: number;
  readonly target: string;
}

/**
 * To be called before anything is opened that stays open. Node's own descriptors are left out; where
 * that cannot be told apart, as for an event counter, the descriptor counts as Node's.
 *
 * @param parent the parent's process ID
 */
export function inheritedDescriptors(platform: NodeJS.Platform, parent: number): Inherited {
  if (platform === 'win32') return none;
  try {
    return platform === 'linux' ? onLinux(parent) : elsewhere();
  } catch {
    // Without /proc, for example.
    return none;
  }
}

/** Closes this process's copies, so that only the command decides how long they stay open. */
export function closeInherited({ certain }: Inherited): void {
  for (const descriptor of certain) {
    try {
      closeSync(descriptor);
    } catch {
      // Closed already.
    }
  }
}

/** The `stdio` of a child that shares the standard streams and the descriptors, under their numbers. */
export function sharedStdio({ all }: Inherited): ('inherit' | 'ignore' | number)[] {
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit'];
  for (const descriptor of all) {
    // From 3 up, "ignore" leaves a number closed.
    while (stdio.length < descriptor) stdio.push('ignore');
    stdio[descriptor] = descriptor;
  }
  return stdio;
}

function onLinux(parent: number): Inherited {
  const open = openIn('self');
  // Node's pipes have both ends here. So may an inherited one, such as a make's job server, but then the
  // parent has it too.
  const parents = new Set(openIn(String(parent)).map(({ target }) => target));
  const hasBothEnds = (target: string) => {
    const ends = open
      .filter((other) => other.target === target)
      .map(({ number }) => isWritable(number));
    return ends.includes(true) && ends.includes(false);
  };
  const given = open
    .filter(({ target }) => !/^anon_inode:\[(eventpoll|eventfd|io_uring)\]$/.test(target))
    .filter(({ target }) => !isPipe(target) || !hasBothEnds(target) || parents.has(target));
  return {
    all: given.map(({ number }) => number),
    // A socket may be Node's channel to a parent, or its debugger's. Node keeps /dev/null open as a spare.
    certain: given
      .filter(({ target }) => isPipe(target) || (target.startsWith('/') && target !== '/dev/null'))
      .map(({ number }) => number),
  };
}

function openIn(pid: string): Open[] {
  const directory = `/proc/${pid}/fd`;
  return numbersIn(directory).flatMap((number) => {
    try {
      return [{ number, target: readlinkSync(`${directory}/${number}`) }];
    } catch {
      // The one that listed the directory.
      return [];
    }
  });
}

/** Whether a descriptor was opened for writing: the access mode is the last octal digit of its flags. */
function isWritable(number: number): boolean {
  return /^flags:\s*\d*[12]$/m.test(readFileSync(`/proc/self/fdinfo/${number}`, 'latin1'));
}

function isPipe(target: string): boolean {
  return target.startsWith('pipe:');
}

/**
 * On macOS and the BSDs. Node's own queues look like pipes without permissions there, and cannot be
 * passed on. Its own pipes look like any other: the command gets them too.
 */
function elsewhere(): Inherited {
  const open = numbersIn('/dev/fd').flatMap((number) => {
    try {
      return [{ number, entry: fstatSync(number) }];
    } catch {
      // The one that listed the directory.
      return [];
    }
  });
  const given = open.filter(({ entry }) => !entry.isFIFO() || (entry.mode & 0o777) !== 0);
  return {
    all: given.map(({ number }) => number),
    certain: given
      .filter(({ entry }) => entry.isFile() || entry.isDirectory())
      .map(({ number }) => number),
  };
}

function numbersIn(directory: string): number[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    // Another user's process.
    return [];
  }
  return names
    .map(Number)
    .filter((number) => number >= 3)
    .sort((one, other) => one - other);
}
