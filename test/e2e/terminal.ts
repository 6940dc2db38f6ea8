/** Runs the program on a terminal, and types. */
import { readFileSync } from 'node:fs';
import { type Env, type Home, newHome, run } from './harness.ts';

/** What a run on a terminal printed to stdout, which is a file, and showed. */
export interface Shown {
  readonly code: number | null;
  readonly printed: string;
  readonly screen: string;
  /** The config, parsed. */
  readonly config: () => unknown;
}

/** Runs the program on a terminal and types; its stdout goes to a file. An offer to keep what was typed is declined. */
export async function atTerminal(
  args: readonly string[],
  steps: readonly string[],
  env: Env = {},
  home: Home = newHome(),
): Promise<Shown> {
  const command = args.map((arg) => `{${arg}}`).join(' ');
  const script = `
    set timeout 15
    spawn -noecho sh -c {"$NODE" "$AUTHCTL" "$@" >stdout.txt} authctl ${command}
    ${steps.join('\n')}
    expect {
      timeout { puts TIMEOUT }
      -ex {(y/N): } { send "\\r"; exp_continue }
      eof
    }
    set ended [wait]
    if {[lindex $ended 5] eq "SIGINT"} { exit 130 }
    exit [lindex $ended 3]
  `;
  const path = home.write('script.exp', script);
  const { code, stdout } = await run(['expect', '-f', path], {
    home,
    env: { TERM: 'xterm', ...env },
  });
  const printed = readFileSync(`${home.path}/stdout.txt`, 'utf8');
  return { code, printed, screen: stdout, config: () => JSON.parse(home.readConfig()) };
}

/** Waits for a prompt, then types. */
export const answer = (prompt: string, keys: string) => `
  expect {
    timeout { puts TIMEOUT; exit 99 }
    eof { puts EOF; exit 98 }
    {${prompt}}
  }
  send "${keys}"
`;
