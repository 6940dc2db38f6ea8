/**
 * Asks the Secret Service whether its default keyring is locked, which keytar cannot tell from a missing
 * entry. It speaks D-Bus itself, as far as one question needs it.
 */
import { connect, type Socket } from 'node:net';
import { after } from '../../clock.ts';

/** Milliseconds that the answer may take. */
const timeout = 500;

/** Whether the default keyring is locked; undefined if that cannot be learnt. @param path of the bus's socket */
export async function isKeyringLocked(path: string, uid: number): Promise<boolean | undefined> {
  const socket = connect(path);
  const stopTimer = after(timeout, () => socket.destroy());
  // What goes wrong also ends the reading below.
  socket.on('error', () => {});
  try {
    const read = reader(socket);
    socket.write(nul);
    socket.write(`AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`);
    const greeting = await read.until('\r\n');
    if (!greeting.startsWith('OK ')) return undefined;
    socket.write('BEGIN\r\n');
    socket.write(
      call(1, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello'),
    );
    socket.write(
      call(
        2,
        'org.freedesktop.secrets',
        '/org/freedesktop/secrets/aliases/default',
        'org.freedesktop.DBus.Properties',
        'Get',
        ['org.freedesktop.Secret.Collection', 'Locked'],
      ),
    );
    await read.reply();
    const { isError, body, number } = await read.reply();
    // A variant: a signature, and the boolean at the next multiple of 4.
    if (isError || body.toString('latin1', 0, 3) !== '\x01b\0' || body.length < 8) return undefined;
    return number(4) === 1;
  } catch {
    return undefined;
  } finally {
    stopTimer();
    socket.destroy();
  }
}

/** A method call with strings as its arguments, in little-endian. */
function call(
  serial: number,
  destination: string,
  path: string,
  owner: string,
  method: string,
  args: readonly string[] = [],
): Buffer {
  const body = args.reduce((bytes, arg) => Buffer.concat([padded(bytes, 4), text(arg)]), empty);
  const fields = [
    field(1, 'o', text(path)),
    field(2, 's', text(owner)),
    field(3, 's', text(method)),
    field(6, 's', text(destination)),
    ...(args.length > 0 ? [field(8, 'g', signature('s'.repeat(args.length)))] : []),
  ].reduce((bytes, each) => Buffer.concat([padded(bytes, 8), each]), empty);
  // Little-endian, a method call, no flags, version 1.
  const start = Buffer.concat([
    Buffer.from([0x6c, 1, 0, 1]),
    uint32(body.length),
    uint32(serial),
    uint32(fields.length),
    fields,
  ]);
  return Buffer.concat([padded(start, 8), body]);
}

const empty = Buffer.alloc(0);
const nul = Buffer.alloc(1);

function padded(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value), nul]);
}

function signature(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value), nul]);
}

/** A header's field: its code, and a value with its type, which is aligned to 4 bytes by then. */
function field(code: number, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code]), signature(type), value]);
}

/** The answer to a call. */
interface Reply {
  readonly isError: boolean;
  readonly body: Buffer;
  /** The number at an offset of the body. */
  readonly number: (offset: number) => number;
}

const methodReturn = 2;
const methodError = 3;
/** In bytes. An answer to what is asked here is far shorter. */
const longest = 65_536;

function reader(socket: Socket) {
  const chunks = socket[Symbol.asyncIterator]();
  let held: Buffer = empty;
  const more = async () => {
    const { done, value } = await chunks.next();
    if (done || held.length > longest) throw new Error('the bus closed the connection');
    held = Buffer.concat([held, value]);
  };
  const take = async (length: number): Promise<Buffer> => {
    if (length > longest) throw new Error('the message is too long');
    while (held.length < length) await more();
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  const until = async (end: string): Promise<string> => {
    while (!held.includes(end)) await more();
    return (await take(held.indexOf(end) + end.length)).toString('latin1');
  };
  /** The next answer; signals in between are dropped. */
  const reply = async (): Promise<Reply> => {
    for (;;) {
      const start = await take(16);
      const numberIn = (bytes: Buffer) => (offset: number) =>
        start[0] === 0x6c ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
      const number = numberIn(start);
      await take(Math.ceil(number(12) / 8) * 8);
      const body = await take(number(4));
      const type = start[1];
      if (type !== methodReturn && type !== methodError) continue;
      return { isError: type === methodError, body, number: numberIn(body) };
    }
  };
  return { until, reply };
}
