/** A machine for pipelines: a checkout, Node, and an npm that installs the built program. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { bin, type Home, newHome } from '../e2e/harness.ts';

export interface Machine {
  readonly home: Home;
  /** The directory of the checkout, in which commands run. */
  readonly checkout: string;
  /** For temporary files. */
  readonly temp: string;
  /** The value of PATH. */
  readonly path: string;
  /** Creates a program in the checkout. */
  program(name: string, script: string): void;
  /** Writes a file in the checkout. */
  write(name: string, text: string): void;
  /** Reads a file in the checkout. */
  read(name: string): string;
  /** The arguments of all npm calls, one call per line. */
  npmCalls(): string;
}

/** Installs like `npm install`, but without the network. */
const npm = `#!/bin/sh
printf '%s\\n' "$*" >> "$HOME/npm-calls"
directory=$TOOLBOX
while [ $# -gt 0 ]; do
  if [ "$1" = --prefix ]; then directory=$2/node_modules/.bin; fi
  shift
done
mkdir -p "$directory" && ln -sf "$AUTHCTL" "$directory/authctl"
`;

/** A machine on which authctl is not installed yet. */
export function newMachine(): Machine {
  const home = newHome();
  const directory = (name: string) => {
    const path = join(home.path, name);
    mkdirSync(path);
    return path;
  };
  const toolbox = directory('bin');
  const checkout = directory('checkout');
  const executable = (path: string, script: string) => {
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  };
  executable(join(toolbox, 'npm'), npm.replace('$TOOLBOX', toolbox));
  symlinkSync(process.execPath, join(toolbox, 'node'));
  const { PATH = '' } = process.env;
  return {
    home,
    checkout,
    temp: directory('temp'),
    path: [toolbox, PATH].join(delimiter),
    program: (name, script) => executable(join(checkout, name), `#!/bin/sh\n${script}\n`),
    write: (name, text) => {
      const path = join(checkout, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    },
    read: (name) => readFileSync(join(checkout, name), 'utf8'),
    npmCalls: () => readFileSync(join(home.path, 'npm-calls'), 'utf8'),
  };
}

/** A machine with authctl on PATH. */
export function machineWithProgram(): Machine {
  const machine = newMachine();
  symlinkSync(bin, join(machine.home.path, 'bin', 'authctl'));
  return machine;
}
