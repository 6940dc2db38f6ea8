/** Checks that the D-Bus session in the environment is the user's own, since the keychain's secrets go there. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isShut, wayTo } from '../../files/way.ts';

/**
 * The reason why the session bus must not be used: its address leads over the network, starts a program,
 * or names a socket that another user owns or could have put there.
 *
 * @param env with DBUS_SESSION_BUS_ADDRESS, else XDG_RUNTIME_DIR
 * @returns the reason, to follow "is not used"; undefined if it may be used
 */
export function busProblem(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
): string | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: given, XDG_RUNTIME_DIR: runtime } = env;
  if (given) {
    const problems = given.split(';').map((address) => addressProblem(address, uid));
    return problems.find((problem) => problem !== undefined);
  }
  return runtime ? socketProblem(`${runtime}/bus`, uid) : undefined;
}

/** The path of the session bus's socket, which `busProblem` has checked; undefined if there is none. */
export function busSocket(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: given = '', XDG_RUNTIME_DIR: runtime } = env;
  if (given === '') return runtime ? `${runtime}/bus` : undefined;
  const [, kind, value = ''] = /^unix:(?:guid=[^,]*,)?(path|abstract)=([^,;]+)/.exec(given) ?? [];
  const name = unescaped(value);
  if (!name) return undefined;
  return kind === 'path' ? name : String.fromCharCode(0) + name;
}

function addressProblem(address: string, uid: number | undefined): string | undefined {
  // The list may end with a separator.
  if (address === '') return undefined;
  const [, transport = '', rest = ''] = /^([^:]*):(.*)$/s.exec(address) ?? [];
  if (transport !== 'unix') {
    return `DBUS_SESSION_BUS_ADDRESS must name a socket on this machine (unix:path=…)`;
  }
  const pairs = rest.split(',').filter((pair) => !pair.startsWith('guid='));
  const [, kind, value = ''] = /^(path|abstract)=(.+)$/s.exec(pairs[0] ?? '') ?? [];
  const name = unescaped(value);
  if (pairs.length !== 1 || !name) return 'DBUS_SESSION_BUS_ADDRESS names no socket';
  return kind === 'path' ? socketProblem(name, uid) : abstractProblem(name, uid);
}

/** D-Bus escapes bytes as URLs do. */
function unescaped(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function socketProblem(path: string, uid: number | undefined): string | undefined {
  if (uid === undefined) return undefined;
  if (!path.startsWith('/')) return 'the path of its socket is relative';
  try {
    const way = wayTo(path);
    // A missing socket may appear before it is used.
    const parent = way.missing === undefined ? undefined : way.places.get(dirname(way.missing));
    const isSafe = isShut(way, uid) && (parent === undefined || (parent.mode & 0o022) === 0);
    return isSafe ? undefined : `another user could have put ${path} there`;
  } catch {
    return `${path} cannot be reached`;
  }
}

/** An abstract socket has no owner, but the process that listens has, and /proc shows the user's own. */
function abstractProblem(name: string, uid: number | undefined): string | undefined {
  if (uid === undefined) return undefined;
  try {
    const inodes = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , flags, , , , path]) => path === `@${name}` && flags === '00010000')
      .map(([, , , , , , inode]) => `socket:[${inode}]`);
    if (inodes.some((inode) => isOpenAtOwn(inode, uid))) return undefined;
  } catch {
    // Without /proc it cannot be checked.
  }
  return `no process of yours listens at the abstract socket ${JSON.stringify(name)}`;
}

function isOpenAtOwn(inode: string, uid: number): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const owner = statSync(`/proc/${pid}`).uid;
      if (owner !== uid && owner !== 0) return false;
      const open = readdirSync(`/proc/${pid}/fd`);
      return open.some((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === inode;
        } catch {
          return false;
        }
      });
    } catch {
      // It has ended, or belongs to another user.
      return false;
    }
  });
}
