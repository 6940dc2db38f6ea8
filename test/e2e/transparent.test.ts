/** `exec` side by side with `env`: what a command sees, and how its end shows. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { accounts } from './accounts.ts';
import { type Home, newHome, output, project, run, standalone } from './harness.ts';
import { serve } from './servers.ts';

/** A shell script with `wrap` for the wrapper, and if there is one, what differs behind `exec`, and why. */
type Row = readonly [name: string, script: string, differs?: string];

/** Reports each signal that it gets, until nothing more comes for a second. */
const counts = `python3 -c '
import os, signal, sys, time
def got(number, _): os.write(1, (signal.Signals(number).name + chr(10)).encode())
for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"): signal.signal(getattr(signal, name), got)
open("ready", "w").close()
end = time.monotonic() + 1.5
while time.monotonic() < end: time.sleep(0.05)
sys.exit(9)'`;
const untilReady = 'until test -e ready; do sleep 0.02; done';
/** With job control, the command is in its own group, and its signals have their defaults. */
const alone = (signal: string) =>
  `set -m; wrap ${counts} & ${untilReady}; kill -s ${signal} $!; wait $!; echo "ended $?"`;

const rows: readonly Row[] = [
  ...[0, 1, 2, 126, 127, 255].map(
    (code): Row => [`exit code ${code}`, `wrap sh -c 'exit ${code}'`],
  ),
  ...['TERM', 'KILL', 'INT', 'HUP', 'PIPE', 'USR1', 'USR2', 'ALRM'].map(
    (name): Row => [`death by ${name}`, `exec wrap sh -c 'kill -s ${name} $$'`],
  ),
  [
    'death by SEGV, in a shell',
    `ulimit -c 0; { wrap sh -c 'kill -s SEGV $$'; } 2>/dev/null; echo $?`,
  ],
  [
    'death by a real-time signal',
    `wrap bash -c 'kill -s RTMIN $$' 2>/dev/null; echo $?`,
    'Node does not report these signals',
  ],
  ...['INT', 'QUIT', 'TERM', 'HUP', 'USR1', 'USR2'].map(
    (name): Row => [`${name} to the wrapper alone`, alone(name)],
  ),
  ['descriptor 3, for reading', `echo three >f; wrap sh -c 'cat <&3' 3<f`],
  ['descriptor 9, for writing', `wrap sh -c 'echo nine >&9' 9>f; cat f`],
  [
    'descriptors share their position',
    `printf 'a\\nb\\n' >f; { wrap sh -c 'read x <&3; echo $x'; cat <&3; } 3<f`,
  ],
  ['a lock on a descriptor', `( flock 9; wrap sh -c 'flock -n lock true || echo held' ) 9>lock`],
  [
    'a lock that the command takes',
    `( wrap flock -n 9; flock -n lock true || echo held ) 9>lock; flock -n lock echo free`,
  ],
  ['process substitution in zsh', `zsh -c 'wrap cat <(echo one) <(echo two)'`],
  ['a process substitution under another number', `wrap sh -c 'cat <&5' 5< <(echo five)`],
  ['process substitution in bash', `wrap cat <(echo one) <(echo two)`],
  ['arguments', `wrap printf '<%s>' 'a b' '' '*' $'line\\nfeed' '-x' -- '$x' é`],
  [
    'an argument that is not UTF-8',
    `wrap printf %s $'\\xff\\xfe' | od -c`,
    'Node reads arguments as UTF-8',
  ],
  [
    'the environment',
    `export A= B=$'x\\ny' C='a=b'; wrap env -0 | tr '\\0\\n' '\\n ' | grep -v '^ROPO_\\|^_=\\|^PATH=' | sort`,
  ],
  [
    'a variable that is not UTF-8',
    `export A=$'\\xff'; wrap printenv A | od -c`,
    'Node reads variables as UTF-8',
  ],
  [
    'the working directory',
    'mkdir -p a/b; cd a/b; wrap sh -c \'basename "$PWD"; basename "$(pwd -P)"\'',
  ],
  ['the umask', `umask 027; wrap sh -c umask`],
  ['stdin at its end', 'wrap cat </dev/null'],
  [
    'stdin closed',
    `wrap sh -c 'readlink /proc/self/fd/0 || echo closed' <&-`,
    'Node opens /dev/null',
  ],
  ['stdin as a pipe', 'printf abc | wrap cat'],
  ['stdin as a file with an offset', `printf 'a\\nb\\nc\\n' >f; { read x; wrap head -n 1; } <f`],
  [
    'stdin of which the command reads a part',
    `printf 'a\\nb\\n' >f; { wrap sh -c 'read x'; cat; } <f`,
  ],
  [
    'stdout closed',
    `wrap sh -c 'readlink /proc/$$/fd/1 >&2 || echo closed >&2' >&-`,
    'Node opens /dev/null',
  ],
  ['stdout that nobody reads', `set -o pipefail; wrap yes | head -n 1; echo "\${PIPESTATUS[@]}"`],
  ['the nice value', 'nice -n 5 wrap nice'],
  [
    'limits',
    `ulimit -S -c 0; ulimit -S -s 4096; ulimit -S -t 1000; wrap bash -c 'ulimit -S -c -s -t'`,
  ],
  [
    'the limit of open files',
    `ulimit -S -n 300; wrap bash -c 'ulimit -S -n'`,
    'Node raises it to the hard limit',
  ],
  [
    'process group and session',
    `a=$(ps -o pgid=,sid= -p $$); b=$(wrap sh -c 'ps -o pgid=,sid= -p $$'); test "$a" = "$b" && echo same`,
  ],
  ['a command that is not found', `wrap no-such-command 2>/dev/null; echo $?`],
  ['a command that is not executable', `echo >f; chmod 644 f; wrap ./f 2>/dev/null; echo $?`],
  ['a directory as command', `wrap ./ 2>/dev/null; echo $?`],
  [
    'PATH',
    `mkdir bin; printf '#!/bin/sh\\necho mine' >bin/own; chmod +x bin/own; PATH=$PWD/bin:$PATH; wrap own`,
  ],
  [
    'a stop, and a continuation',
    `set -m; wrap sh -c 'kill -s TSTP 0; echo went on' & until jobs %1 | grep -o Stopped; do sleep 0.05; done; fg >/dev/null; echo $?`,
  ],
  [
    'a hang-up that nohup ignores',
    `setsid -w bash -c 'nohup wrap sh -c "touch ready; sleep 0.5; echo survived" 2>/dev/null </dev/null & ${untilReady}; trap "" HUP; kill -s HUP 0; wait'`,
    'Node resets ignored signals at its start',
  ],
];

/** On a terminal; Ctrl-C is typed once the file "ready" is there. */
const onTerminal: readonly (readonly [name: string, keys: string, script: string])[] = [
  ...['/dev/tty', '/dev/null', '<(sleep 5)'].map(
    (stdin) =>
      [
        `Ctrl-C, stdin being ${stdin}`,
        '\\x03',
        `trap : INT; wrap ${counts} < ${stdin}; echo $?`,
      ] as const,
  ),
  [
    'Ctrl-C twice',
    '\\x03',
    `trap : INT; (trap '' INT; sleep 0.1; ${untilReady}; sleep 1; kill -s INT 0) & wrap ${counts}; echo $?`,
  ],
  ['Ctrl-\\, stdin being null', '\\x1c', `trap : QUIT; wrap ${counts} </dev/null; echo $?`],
  [
    'INT to the wrapper alone',
    '',
    `set -m; wrap ${counts} </dev/null & ${untilReady}; kill -s INT $!; wait $!; echo $?`,
  ],
  [
    'QUIT to the wrapper alone',
    '',
    `set -m; wrap ${counts} </dev/null & ${untilReady}; kill -s QUIT $!; wait $!; echo $?`,
  ],
  [
    'a loop that Ctrl-C ends',
    '\\x03',
    'for i in 1 2 3; do echo $i; wrap sh -c "touch ready; sleep 2"; done; echo after',
  ],
  [
    'a command that handles Ctrl-C',
    '\\x03',
    `for i in 1 2; do wrap sh -c 'trap "exit 3" INT; touch ready; sleep 1'; echo $?; done`,
  ],
  [
    'Ctrl-Z, and fg',
    '\\x1a',
    `set -m; wrap sh -c 'touch ready; sleep 1; echo done'; echo "stopped $?"; fg >/dev/null; echo $?`,
  ],
  ['the controlling terminal', '', `wrap sh -c 'test -t 0 && echo written >/dev/tty'; touch ready`],
];

let home: Home;
const env = { ROPO_CID: '4711', ROPO_TOKEN: undefined };
beforeAll(async () => {
  const { url } = await serve(accounts.ropo.success('tok'));
  home = newHome();
  await output(['login', 'ropo', '--base-url', url], { home, env: accounts.ropo.env });
  home.setConfig({ ropo: { base_url: url } });
});

/** Runs a script with both wrappers. */
async function both(script: string, via: readonly string[] = []) {
  return Promise.all(
    ['env', '"$NODE" "$AUTHCTL" exec ropo --'].map(async (wrapper) => {
      const { path } = newHome();
      const cwd = join(path, 'here');
      mkdirSync(cwd);
      writeFileSync(join(path, 'wrap'), `#!/bin/sh\nexec ${wrapper} "$@"\n`, { mode: 0o755 });
      const outcome = await run([...via, 'bash', '-c', script], {
        home,
        cwd,
        env: { ...env, PATH: `${path}:${process.env['PATH']}` },
      });
      const plain = (text: string) => text.replaceAll(path, '.');
      return { ...outcome, stdout: plain(outcome.stdout), stderr: plain(outcome.stderr) };
    }),
  );
}

// The reasons are Node's: other runtimes have others.
const rowsHere = standalone === undefined ? rows : rows.filter(([, , differs]) => !differs);

describeWith(['flock', 'python3', 'setsid', 'zsh'], 'exec is like env', () => {
  test.concurrent.each(rowsHere)('%s', async (_, script, differs) => {
    const [behindEnv, behindExec] = await both(script);
    if (differs === undefined) expect(behindExec).toEqual(behindEnv);
    // So that the row goes as soon as it can.
    else expect(behindExec).not.toEqual(behindEnv);
  });

  test.concurrent.each(onTerminal)('on a terminal: %s', async (_, keys, script) => {
    const pty = ['python3', join(project, 'test/e2e/on-terminal.py'), keys];
    const [behindEnv, behindExec] = await both(script, pty);
    expect(behindExec).toEqual(behindEnv);
    expect(behindEnv).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.not.stringContaining('TIMEOUT'),
    });
  });

  test.concurrent.each([
    ['nohup behind exec', `"$NODE" "$AUTHCTL" exec ropo -- nohup sh -c "$JOB" &`],
    ['a session of its own', `setsid "$NODE" "$AUTHCTL" exec ropo -- sh -c "$JOB" &`],
    [
      'a token in a variable',
      `ROPO_TOKEN=$("$NODE" "$AUTHCTL" token ropo) && export ROPO_TOKEN && nohup sh -c "$JOB" &`,
    ],
  ])('a command outlives a hang-up by %s', async (_, start) => {
    const hangUp = `${untilReady}; trap "" HUP; kill -s HUP 0; until test -e done; do sleep 0.02; done; cat done`;
    const JOB = 'touch ready; sleep 0.5; echo "$ROPO_TOKEN" >token; mv token done';
    const script = `{ ${start} } >/dev/null 2>&1 </dev/null; ${hangUp}`;
    const { path } = newHome();
    const command = ['setsid', '-w', 'timeout', '--foreground', '15', 'bash', '-c', script];
    const { stdout } = await run(command, { home, cwd: path, env: { ...env, JOB } });
    expect(stdout).toBe('tok\n');
  });

  test('the canary of a terminal ends with authctl, even if that is killed', async () => {
    // The command's own processes, and the canary's, have this directory or / as theirs.
    const script = `
      set -m
      "$NODE" "$AUTHCTL" exec ropo -- sh -c 'touch ready; sleep 1' & ${untilReady}; sleep 0.3
      echo "group: $(pgrep -g $! -fc "trap '' HUP")"; kill -KILL $!; wait $!; sleep 0.3
      echo "left: $(pgrep -g $! -f "^(/bin/sh|cat)" | wc -l)"
    `;
    const { path } = newHome();
    const pty = ['python3', join(project, 'test/e2e/on-terminal.py'), ''];
    const { stdout, stderr } = await run([...pty, 'bash', '-c', script], { home, cwd: path, env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/group: [12]\n/);
    expect(stdout).toContain('left: 0\n');
  });
});
