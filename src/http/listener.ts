/** Finds out who listens on a port of this machine: plain http goes to any user that took the port first. */
import type { Clock } from '../clock.ts';
import { readNamed } from '../files/named.ts';

/** The owner of the listener: the user or root, or another user; or nothing listens, or it is unknown. */
export type Listener = 'ours' | 'others' | 'none' | 'unknown';

/** The state of a listening socket in the kernel's table. */
const listening = '0A';

/**
 * Looks the listener up in the kernel's table of sockets, which only Linux has.
 *
 * @param url of a loopback address or `localhost`
 * @param uid the user's id; undefined on systems without one
 */
export async function listenerAt(
  { hostname, port }: URL,
  uid: number | undefined,
  clock: Clock,
): Promise<Listener> {
  const table = await tableOf('/proc/net/tcp', clock);
  if (table === undefined || uid === undefined) return 'unknown';
  // The file is missing without IPv6.
  const table6 = (await tableOf('/proc/net/tcp6', clock)) ?? '';
  const places = placesOf(hostname).map(
    (place) => `${place}:${hexadecimal(Number(port || 80), 4)}`,
  );
  const owners = `${table}\n${table6}`
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === listening && places.includes(local))
    .map((fields) => Number(fields[7]));
  if (owners.length === 0) return 'none';
  return owners.every((owner) => owner === uid || owner === 0) ? 'ours' : 'others';
}

async function tableOf(path: string, clock: Clock): Promise<string | undefined> {
  const read = await readNamed(path, { clock, timeout: 0 });
  return 'bytes' in read ? read.bytes.toString('latin1') : undefined;
}

/** The local addresses whose listener would get the connection, in the table's little-endian form. */
function placesOf(hostname: string): readonly string[] {
  const bytes = /^127\.(\d+)\.(\d+)\.(\d+)$/.exec(hostname)?.slice(1).map(Number) ?? [0, 0, 1];
  const v4 = [...[127, ...bytes].map((byte) => hexadecimal(byte, 2))].reverse().join('');
  const none = '00000000';
  const v6 = [`${none.repeat(3)}01000000`, none.repeat(4)];
  if (hostname === '[::1]') return v6;
  const mapped = `${none.repeat(2)}FFFF0000`;
  const ofV4 = [v4, none, `${mapped}${v4}`, `${mapped}${none}`, none.repeat(4)];
  return hostname.startsWith('127.') ? ofV4 : [...ofV4, ...v6];
}

function hexadecimal(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
