/**
 * Standard output and error as descriptors. Node's streams for them cost as much to load as a third
 * of Node itself, and are there for the case alone that a descriptor takes no more for the moment.
 */
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import type { Sink } from './streams.ts';

/** A sink that may have handed text on to a stream. */
export interface DescriptorSink extends Sink {
  /** Resolves when nothing is on its way any more. */
  flush(): Promise<void>;
}

/**
 * A sink for an open descriptor.
 *
 * @param stream Node's stream for it, made when it is needed
 * @param straight whether text may be written to the descriptor itself; on Windows a console takes
 *   only what the stream has prepared
 */
export function descriptorSink(
  descriptor: number,
  stream: () => NodeJS.WriteStream,
  straight: boolean,
): DescriptorSink {
  let opened: NodeJS.WriteStream | undefined;
  const open = () => {
    if (opened) return opened;
    opened = stream();
    // Every failure reaches the callback of its write. The event comes after it, and would end the
    // process with Node's own report if nobody listened.
    opened.on('error', () => {});
    return opened;
  };
  return {
    get isTTY() {
      return isTerminal(descriptor);
    },
    get columns() {
      return isTerminal(descriptor) ? open().columns : undefined;
    },
    async write(text) {
      // What went to the stream comes first.
      const rest = straight && !opened ? writeStraight(descriptor, text) : Buffer.from(text);
      if (rest.length === 0) return;
      await new Promise<void>((resolve, reject) => {
        open().write(rest, (error) => (error ? reject(failure(error)) : resolve()));
      });
    },
    flush: () =>
      new Promise((resolve) => {
        if (!opened || opened.writableLength === 0 || opened.destroyed) resolve();
        else opened.write('', () => resolve());
      }),
  };
}

/** Whether a descriptor is a terminal. What loads for that is loaded only where it may be one. */
export function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false;
  }
}

/** @returns what could not be written for the moment */
function writeStraight(descriptor: number, text: string): Buffer {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (systemErrorCode(error) === 'EAGAIN') return rest;
      throw failure(error);
    }
  }
  return rest;
}

function failure(error: unknown): AuthctlError {
  const reason = systemErrorCode(error) ?? 'an error';
  return new AuthctlError('output_failed', `cannot write the output: ${reason}`);
}
