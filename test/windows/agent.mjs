/**
 * The Windows side of the suite: runs commands for the tests, with pipes as Windows programs have them, which
 * Wine cannot make of those of Linux. Started with the path of a file for the port that it listens at.
 *
 * A connection is one command. Each message is a line of JSON: first the command, with its directory and
 * variables, then its stdin; back come its output, and its exit code.
 */
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** The variables that a command gets of this process, as every program on Windows has them. */
const inherited = [
  ...['COMSPEC', 'NUMBER_OF_PROCESSORS', 'OS', 'PATHEXT', 'PROCESSOR_ARCHITECTURE', 'PROGRAMDATA'],
  ...['PROGRAMFILES', 'PUBLIC', 'SYSTEMDRIVE', 'SYSTEMROOT', 'TEMP', 'TMP', 'USERNAME', 'WINDIR'],
];
const base = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => inherited.includes(name.toUpperCase())),
);

const server = createServer((socket) => {
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  let child;
  const lines = createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line);
    try {
      if ('command' in message) child = start(message, send);
      else if (message.stdin === null) child?.stdin.end();
      else child?.stdin.write(Buffer.from(message.stdin, 'base64'));
    } catch ({ message: words }) {
      send({ failed: words });
    }
  });
  // Its closing, which follows, says the same.
  for (const each of [socket, lines]) each.on('error', () => {});
  // The test has ended the command.
  socket.on('close', () => child?.kill());
});
server.listen(0, '127.0.0.1', () => {
  const [, , file] = process.argv;
  writeFileSync(`${file}.new`, String(server.address().port));
  renameSync(`${file}.new`, file);
});

function start({ command: [file, ...args], cwd, env }, send) {
  const child = spawn(file, args, { cwd, env: { ...base, ...env } });
  child.stdout.on('data', (chunk) => send({ stdout: chunk.toString('base64') }));
  child.stderr.on('data', (chunk) => send({ stderr: chunk.toString('base64') }));
  // It may end without reading its stdin.
  child.stdin.on('error', () => {});
  child.once('error', ({ message }) => send({ failed: message }));
  child.once('close', (code) => send({ code }));
  return child;
}
