/** The Linux side of the suite: a process here that stands for a command which the agent runs. */
import { connect } from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import { createInterface } from 'node:readline';

/** Of this process, and nothing to a program on Windows. */
const ours = ['HOME', 'OLDPWD', 'PATH', 'PWD', 'SHLVL', '_'];

/**
 * Runs a command with this process's arguments, directory, variables and streams, and ends with its exit
 * code. If this process is killed, so is the command.
 *
 * @param {{ port: number, command: readonly string[], env: Readonly<Record<string, string>> }} options the
 *   agent's port, what comes before the arguments, and variables to set unless this process has them
 */
export function runOnWindows({ port, command, env }) {
  const { argv, stdin, stdout, stderr } = process;
  const socket = connect(port, '127.0.0.1');
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  send({
    command: [...command, ...argv.slice(2).map(windowsPath)],
    cwd: windowsPath(process.cwd()),
    env: { ...env, ...windowsEnvironment(process.env) },
  });
  stdin.on('data', (chunk) => send({ stdin: chunk.toString('base64') }));
  stdin.once('end', () => send({ stdin: null }));
  createInterface({ input: socket }).on('line', (line) => {
    const { stdout: out, stderr: err, code, failed } = JSON.parse(line);
    if (out) stdout.write(Buffer.from(out, 'base64'));
    else if (err) stderr.write(Buffer.from(err, 'base64'));
    else if (failed) throw new Error(failed);
    else process.exit(code);
  });
}

/**
 * A home as Windows has it: %APPDATA% and %LOCALAPPDATA% in place of `~/.config` and `~/.local/state`, so that
 * tests find the program's files where they look for them.
 */
function windowsEnvironment({ HOME = '', ...env }) {
  const home = windowsPath(HOME);
  const own = Object.entries(env).filter(([name]) => !ours.includes(name));
  return {
    USERPROFILE: home,
    APPDATA: `${home}\\.config`,
    LOCALAPPDATA: `${home}\\.local\\state`,
    ...Object.fromEntries(own.map(([name, value]) => [name, windowsPath(value)])),
  };
}

/** The path of a file of the tests as Windows spells it: the user's home there has links to their directories. */
function windowsPath(text) {
  const isPath = [tmpdir(), homedir()].some((place) => text.startsWith(`${place}/`));
  return isPath ? `C:\\users\\${userInfo().username}${text.replaceAll('/', '\\')}` : text;
}
