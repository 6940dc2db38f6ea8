/** Passes over `100 Continue`, which some servers say before their answer though nobody asked. */
import type { Socket } from 'node:net';

/** The longest such head that is waited for, in bytes; the parser deals with what is longer. */
const longestHead = 65_536;
const beginning = 'HTTP/1.1 100';

/**
 * Has a socket keep those bytes to itself. A client is to ignore them (RFC 9110, 15.2), and undici's
 * parser gives up at them instead.
 */
export function ignoreContinue(socket: Socket): void {
  const read = socket.read.bind(socket);
  let held: Buffer = Buffer.alloc(0);
  let answered = false;
  socket.read = (size?: number) => {
    if (answered) return read(size);
    for (;;) {
      const chunk: unknown = read();
      if (!Buffer.isBuffer(chunk)) return null;
      held = afterContinue(Buffer.concat([held, chunk]));
      if (mayBeContinue(held)) continue;
      answered = true;
      return held;
    }
  };
}

function afterContinue(bytes: Buffer): Buffer {
  let rest = bytes;
  while (isContinue(rest)) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return rest;
    rest = rest.subarray(end + 4);
  }
  return rest;
}

function isContinue(bytes: Buffer): boolean {
  return /^HTTP\/1\.[01] 100[ \r]/.test(bytes.toString('latin1', 0, beginning.length + 1));
}

/** Whether these bytes, or more to come, are one: nothing, a part of its beginning, a head without its end. */
function mayBeContinue(bytes: Buffer): boolean {
  if (bytes.length > longestHead) return false;
  if (bytes.length > beginning.length) return isContinue(bytes);
  const start = bytes.toString('latin1');
  return beginning.startsWith(start) || beginning.replace('1.1', '1.0').startsWith(start);
}
