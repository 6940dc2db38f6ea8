/** Runs a command of the config that prints a credential. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import type { Command, Config } from './document.ts';
import { checkMayRunCommands } from './trust.ts';

const mostBytes = 1024 * 1024;

/** What running a command needs. */
export interface CommandOptions {
  /** The config that holds the command. */
  readonly config: Config;
  /** The setting that holds it, such as `<provider>.<field>`. */
  readonly key: string;
  /** Passed on whole. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds; 30,000 unless given. */
  readonly timeout?: number;
}

/**
 * What the command prints, less one trailing newline. Its stdin is empty, its stderr is ours.
 *
 * @throws AuthctlError `credential_command_failed`, with neither the output nor the arguments in it;
 *   `config_broken` where others than the user can write to the config
 */
export async function runCredentialCommand(
  command: Command,
  { config, key, env, uid, timeout = 30_000 }: CommandOptions,
): Promise<string> {
  checkMayRunCommands(config, key, uid);
  const failed = (what: string) =>
    new AuthctlError('credential_command_failed', `the command of ${key} ${what}`, {
      hint: `authctl config get ${key}`,
    });
  const bytes = await capture(command, env, timeout, failed);
  let output: string;
  try {
    output = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failed('printed something that is not UTF-8 text');
  }
  const value = output.replace(/\r?\n$/, '');
  if (value === '') throw failed('printed nothing');
  return value;
}

function capture(
  command: Command,
  env: CommandOptions['env'],
  timeout: number,
  failed: (what: string) => AuthctlError,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = start(command, env);
    } catch {
      // An argument with a NUL, say. The error quotes it, so it goes no further.
      reject(failed('cannot be started'));
      return;
    }
    // A child of the child may live on and hold stdout open, so the end of it is not waited for.
    const giveUp = (what: string) => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.unref();
      reject(failed(what));
    };
    const timer = setTimeout(() => {
      giveUp(`did not end within ${timeout / 1000} s`);
    }, timeout);
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > mostBytes) giveUp('printed more than 1 MiB');
    });
    child.on('error', (error) => {
      const program = typeof command === 'string' ? 'the shell' : command[0];
      const code = systemErrorCode(error) ?? 'an error';
      reject(failed(`cannot be run: ${program}: ${code === 'ENOENT' ? 'not found' : code}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(failed(signal ? `was ended by ${signal}` : `failed with exit code ${code}`));
    });
  });
}

function start(command: Command, env: CommandOptions['env']): ChildProcess {
  // Not detached: a password manager may ask for its password on the terminal.
  const options: SpawnOptions = {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  };
  if (typeof command === 'string') return spawn(command, { ...options, shell: true });
  const [program = '', ...args] = command;
  return spawn(program, args, options);
}
