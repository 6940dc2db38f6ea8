/** Runs the completion scripts in real shells, by pressing Tab. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bin, type Env, type Home, newHome, run } from '../e2e/harness.ts';
import { files, program } from './cases.ts';

export const shellNames = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shellNames)[number];

/** A home with files in a directory `work`, and programs that come first on PATH. */
export interface Setup {
  readonly home: Home;
  readonly work: string;
  readonly env: Env;
  /** Whether a name or a word on the line was executed. */
  ran(): boolean;
  /** Whether authctl or Node was started. */
  started(): boolean;
}

/**
 * @param authctl a script to use as authctl; `built` for the built program
 */
export function newSetup(authctl: string | 'built' = '#!/bin/sh\n>"$HOME/started"\n'): Setup {
  const home = newHome();
  const [work, programs] = [join(home.path, 'work'), join(home.path, 'programs')];
  mkdirSync(work);
  mkdirSync(programs);
  for (const name of files) home.write(`work/${name}`, '');
  const executable = (name: string, text: string) =>
    chmodSync(home.write(`programs/${name}`, text), 0o755);
  executable(program, '#!/bin/sh\n');
  if (authctl === 'built') symlinkSync(bin, join(programs, 'authctl'));
  else {
    executable('authctl', authctl);
    executable('node', '#!/bin/sh\n>"$HOME/started"\n');
  }
  const { PATH = '' } = process.env;
  return {
    home,
    work,
    env: {
      PATH: [programs, PATH].join(delimiter),
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm',
      PS1: 'ready> ',
    },
    ran: () => [work, home.path].some((directory) => existsSync(join(directory, 'ran'))),
    started: () => existsSync(join(home.path, 'started')),
  };
}

/** Commands that load the script from the file. */
export const fromFile: Readonly<Record<Shell, string>> = {
  bash: 'source "$SCRIPTS/authctl.bash"',
  // compinit finds the file by name.
  zsh: 'fpath=("$SCRIPTS" $fpath); autoload -Uz compinit; compinit -u -D',
  fish: 'source $SCRIPTS/authctl.fish',
};
/** Commands that load the script that authctl prints. */
export const fromCommand: Readonly<Record<Shell, string>> = {
  bash: 'source <(authctl completion bash)',
  zsh: 'autoload -Uz compinit; compinit -u -D; source <(authctl completion zsh)',
  fish: 'authctl completion fish | source',
};

/** Records the completions in $OFFERS/$n: those of the function, or readline's files. */
const bashHook = `
offered() {
  _authctl "$@"
  local offers
  offers=("\${COMPREPLY[@]}")
  if ((\${#offers[@]} == 0)) && [[ $(compopt) == *'-o default'* ]]; then
    mapfile -t offers < <(compgen -f -- "$2")
  fi
  ((\${#offers[@]} == 0)) || printf '%s\\n' "\${offers[@]}" >>"$OFFERS/$n"
}
complete -o default -F offered authctl
`;
/** The same for zsh, whose functions add matches with compadd. */
const zshHook = `
compadd() {
  local -a hits
  local hit
  if (( ! \${@[1,(i)(-|--)][(I)-(O|A|D)*]} )); then
    builtin compadd -O hits "$@"
    for hit in $hits; do print -r -- $IPREFIX\${(Q)hit} >>$OFFERS/$n; done
  fi
  builtin compadd "$@"
}
LISTMAX=10000
`;
/** With the prompt `ready> `, which bash and zsh take from PS1. */
const interactive = {
  bash: 'bash --noprofile --norc -i',
  zsh: 'zsh -f -i',
  fish: 'fish --private -i -C {function fish_prompt; echo -n "ready> "; end}',
} as const;

/** The completions after each line. */
export async function offers(
  shell: Shell,
  lines: readonly string[],
  { home, work, env }: Setup,
  load: string = fromFile[shell],
): Promise<readonly (readonly string[])[]> {
  const directory = join(home.path, 'offers');
  mkdirSync(directory, { recursive: true });
  const world = { SCRIPTS: join(process.cwd(), 'completions'), OFFERS: directory };
  const options = { home, cwd: work, env: { ...env, ...world } };
  if (shell === 'fish') {
    const requests = lines.map((line, n) => `complete -C ${quoted(line)} >$OFFERS/${n}\n`);
    const path = home.write('offers.fish', `${load}\n${requests.join('')}`);
    const { code, stderr } = await run(['fish', path], options);
    if (code !== 0 || stderr !== '') throw new Error(`fish failed: ${stderr}`);
  } else {
    const hook = home.write('hook', `${load}\n${shell === 'bash' ? bashHook : zshHook}`);
    const steps = lines.map((line, n) => `enter {n=${n}}\nkeys {${line}\t\x15}\n`);
    await atTerminal(shell, `enter {source ${hook}}\n${steps.join('')}enter {}\n`, options);
  }
  return lines.map((_, n) => {
    const path = join(directory, String(n));
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const names = text.split('\n').filter((name) => name !== '');
    return [...new Set(names.map((name) => name.replace(/\t.*/, '').replace(/^--\w+=/, '')))];
  });
}

/** Types a line with Tabs, and returns the words into which the shell splits the line. */
export async function typed(
  shell: Shell,
  line: string,
  { home, work, env }: Setup,
  load: string = fromFile[shell],
): Promise<readonly string[]> {
  const world = { SCRIPTS: join(process.cwd(), 'completions') };
  const script = `
    enter {${load}}
    keys {${line}}
    keys {\x01printf '<%s>\\n' }
    enter {}
  `;
  const { stdout } = await atTerminal(shell, script, {
    home,
    cwd: work,
    env: { ...env, ...world },
  });
  const words = stdout.split(/\r?\n/).flatMap((row) => /<([^<]*)>$/.exec(row)?.slice(1) ?? []);
  return words;
}

/**
 * Runs an expect script with a shell on a terminal. \`keys\` types; \`enter\` types a command and waits
 * until the shell has executed it.
 */
async function atTerminal(
  shell: Shell,
  script: string,
  options: { readonly home: Home; readonly cwd: string; readonly env: Env },
) {
  const path = options.home.write(
    'terminal.exp',
    `set timeout 20
    set count 0
    spawn -noecho ${interactive[shell]}
    proc keys {text} { send -- $text }
    proc enter {text} {
      global count
      incr count
      send -- "$text\\r"
      # The quotes keep the echo of the command from being taken for its output.
      send -- "echo do''ne$count.\\r"
      expect {
        timeout { puts TIMEOUT; exit 99 }
        eof { puts EOF; exit 98 }
        "done$count."
      }
      # Wait for the prompt: until then, the terminal itself handles keys such as ^U.
      expect "ready> "
    }
    expect "ready> "
    ${script}
    send -- "exit\\r"
    expect eof
    `,
  );
  const outcome = await run(['expect', '-f', path], options);
  if (outcome.code !== 0) throw new Error(`${shell} stopped: ${outcome.stdout.slice(-2000)}`);
  return outcome;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
