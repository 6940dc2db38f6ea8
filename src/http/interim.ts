/** Skips interim `100 Continue` answers, which some servers send without being asked. */
import type { Socket } from 'node:net';

/** In bytes. Longer heads are left to the parser, which rejects them. */
const maxHeadSize = 65_536;
const statusLineStart = 'HTTP/1.1 100';

/**
 * Removes interim answers from what is read from a socket. Clients must ignore them (RFC 9110, 15.2),
 * but undici's parser fails on them.
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
  return /^HTTP\/1\.[01] 100[ \r]/.test(bytes.toString('latin1', 0, statusLineStart.length + 1));
}

/** Whether these bytes may still turn out to be an incomplete interim answer. */
function mayBeContinue(bytes: Buffer): boolean {
  if (bytes.length > maxHeadSize) return false;
  if (bytes.length > statusLineStart.length) return isContinue(bytes);
  const start = bytes.toString('latin1');
  return (
    statusLineStart.startsWith(start) || statusLineStart.replace('1.1', '1.0').startsWith(start)
  );
}
