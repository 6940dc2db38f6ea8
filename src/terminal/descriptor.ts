/**
 * Writes to stdout and stderr through their descriptors, and finds the terminal. Loading Node's streams for them takes a third
 * of the time of starting Node, so they are used only when a descriptor would block.
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import type { Sink } from './streams.ts';

/** A sink that may buffer text in a stream. */
export interface DescriptorSink extends Sink {
  /** Resolves when nothing is buffered any more. */
  flush(): Promise<void>;
}

interface SinkOptions {
  readonly wasClosed?: () => boolean;
  readonly lossy?: boolean;
}

/**
 * A sink for an open descriptor.
 *
 * @param stream creates Node's stream for it, when it is needed
 * @param direct whether text may be written to the descriptor itself; a Windows console needs the
 *   encoding of the stream
 * @param options.wasClosed whether the descriptor leads nowhere, because it was closed at the start
 * @param options.lossy whether text that cannot be written is given up: messages, whose loss must not
 *   change what a command does
 */
export function descriptorSink(
  descriptor: number,
  stream: () => NodeJS.WriteStream,
  direct: boolean,
  { wasClosed = () => false, lossy = false }: SinkOptions = {},
): DescriptorSink {
  let opened: NodeJS.WriteStream | undefined;
  const open = () => {
    if (opened) return opened;
    opened = stream();
    // Errors are reported to the callback of each write. Without a listener, the event that follows
    // would crash the process.
    opened.on('error', () => {});
    return opened;
  };
  const write = async (text: string) => {
    if (wasClosed()) throw outputClosed();
    // Once the stream has text, all further text must follow it there.
    const rest = direct && !opened ? writeDirectly(descriptor, text) : Buffer.from(text);
    if (rest.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      open().write(rest, (error) => (error ? reject(failure(error)) : resolve()));
    });
  };
  return {
    get isTTY() {
      return isTerminal(descriptor);
    },
    get columns() {
      return isTerminal(descriptor) ? open().columns : undefined;
    },
    write: async (text) =>
      write(text).catch((error) => {
        if (!lossy) throw error;
      }),
    flush: () =>
      new Promise((resolve) => {
        if (!opened || opened.writableLength === 0 || opened.destroyed) resolve();
        else opened.write('', () => resolve());
      }),
  };
}

/** Checks for a device first, because `isatty` takes time to load. */
export function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    return false;
  }
}

/** @returns the rest that would block */
function writeDirectly(descriptor: number, text: string): Buffer {
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

function outputClosed(): AuthctlError {
  return new AuthctlError('output_failed', 'cannot write the output: stdout is closed', {
    hint: 'to discard it: >/dev/null',
  });
}

function failure(error: unknown): AuthctlError {
  const reason = systemErrorCode(error) ?? 'an error';
  return new AuthctlError('output_failed', `cannot write the output: ${reason}`);
}

/** Opens the terminal of the process for reading; undefined if it has none. */
export function openTerminal(platform: NodeJS.Platform): number | undefined {
  try {
    return platform === 'win32' ? openSync('\\\\.\\CONIN$', 'r+') : openSync('/dev/tty', 'r');
  } catch {
    return undefined;
  }
}

/** Whether the process has a terminal, whatever its standard streams are. */
export function hasTerminal(platform: NodeJS.Platform): boolean {
  const descriptor = openTerminal(platform);
  if (descriptor !== undefined) closeSync(descriptor);
  return descriptor !== undefined;
}
