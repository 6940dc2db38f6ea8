/** Sends one line to a helper program and reads one line as its answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';

export interface AskOptions {
  /** The executable and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The program's whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds from start to answer; null for no limit. */
  readonly timeout: number | null;
  readonly clock: Clock;
}

/** The answer, or the problem in words that follow the program's name. */
export type Answer =
  | { readonly line: string }
  | { readonly timedOut: true }
  | { readonly problem: string };

/**
 * The program is killed after its answer or the time-out. Its stdin stays open until then, so it can
 * notice the end of this process.
 *
 * @param question one line without its newline; it may contain secrets, because only stdin carries it
 */
export function ask(
  question: string,
  { command: [file, ...args], env, timeout, clock }: AskOptions,
): Promise<Answer> {
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    const stopTimer =
      timeout === null ? () => {} : clock.every(timeout, () => end({ timedOut: true }));
    const end = (answer: Answer) => {
      stopTimer();
      child?.kill('SIGKILL');
      child?.stdin?.destroy();
      child?.stdout?.destroy();
      child?.unref();
      resolve(answer);
    };

    try {
      child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    } catch (error) {
      end(notStarted(error));
      return;
    }
    child.on('error', (error) => end(notStarted(error)));
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      end({ problem: `ended without an answer: ${how}` });
    });

    let received = '';
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => {
      received += text;
      const length = received.indexOf('\n');
      if (length >= 0) end({ line: received.slice(0, length) });
    });
    // A child that exits without reading is reported by its exit.
    child.stdin?.on('error', () => {});
    child.stdin?.write(`${question}\n`);
  });
}

function notStarted(error: unknown): Answer {
  return { problem: `could not be started (${systemErrorCode(error) ?? 'unknown error'})` };
}
