/** Runs the commands of a document in a sandbox, with the program on PATH. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { authctl, bin, newHome, type Outcome } from '../e2e/harness.ts';

/** Runs a command in a new sandbox and an empty directory. */
export function inSandbox(command: readonly string[]): Promise<Outcome> {
  const home = newHome();
  const [programs, cwd] = [join(home.path, 'bin'), join(home.path, 'work')];
  mkdirSync(programs);
  mkdirSync(cwd);
  symlinkSync(bin, join(programs, 'authctl'));
  const { PATH = '' } = process.env;
  const env = { PATH: [programs, PATH].join(delimiter), LC_ALL: 'C.UTF-8' };
  return authctl(['sandbox', '--', ...command], { home, cwd, env });
}

/** One command of a session, with its output. */
interface Exchange {
  readonly command: string;
  /** stdout and stderr; `…` stands for any text within a line. */
  readonly prints: string;
}

/** Splits a session into commands, which follow `$ `, and their output. */
export function exchanges(session: string): readonly Exchange[] {
  return session
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), prints: part.slice(end + 1) };
    });
}

/** Runs the commands in one shell, and returns the output of each. */
export async function typed(commands: readonly string[]): Promise<readonly string[]> {
  const end = 'end-of-command';
  const script = commands.map((command) => `${command}\necho ${end}\n`).join('');
  const { stdout } = await inSandbox(['bash', '-c', `exec 2>&1\n${script}`]);
  return stdout.split(`${end}\n`).slice(0, -1);
}

/** A pattern for the documented output, in which ports and remaining times may differ. */
export function shown(text: string): RegExp {
  const pattern = text
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('…', '[^\\n]*')
    .replace(/(?<=127\\\.0\\\.0\\\.1:)\d+/g, '\\d+')
    .replace(/\d+m \d+s/g, '\\d+m \\d+s');
  return new RegExp(`^${pattern}$`);
}
