/** Starts processes of the program in the background, which a test can end. */
import { spawn } from 'node:child_process';
import { type Env, environment, type Home, type Outcome, program, scripted } from './harness.ts';

/** A running process. */
export interface Started {
  readonly pid: number;
  /** Its outcome. */
  readonly ended: Promise<Outcome>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts the program without waiting for its end. */
export function start(args: readonly string[], options: { home: Home; env?: Env }): Started {
  return startCommand([...program, ...args], options);
}

/** Starts any command, in the same environment. */
export function startCommand(
  [file = '', ...args]: readonly string[],
  { home, env = {} }: { home: Home; env?: Env },
): Started {
  const child = spawn(file, args, {
    cwd: home.path,
    env: environment(home, { ...scripted, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  return { pid: child.pid ?? 0, ended, signal: (signal) => child.kill(signal) };
}

/** Starts the program several times at once, and waits for all of them. */
export function crowd(
  size: number,
  args: readonly string[],
  options: { home: Home; env?: Env },
): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: size }, () => start(args, options).ended));
}

/** Waits until a condition holds. */
export async function until(isSo: () => boolean, within = 20_000): Promise<void> {
  const deadline = performance.now() + within;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('the condition was not met in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
