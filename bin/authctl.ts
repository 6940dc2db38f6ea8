/** The launcher: prints the version, help or a stored token itself, and starts the program for the rest. */
import { fstatSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import type * as Leader from '../src/launcher/leader.ts';
import { readLine } from '../src/launcher/line.ts';
import { printResult, printToken } from '../src/launcher/print-now.ts';
import { staticText } from '../src/launcher/static.ts';
import { type Warm, warmToken } from '../src/launcher/warm.ts';
import { version } from '../src/version.ts';

const { argv, env, platform } = process;
const line = readLine(argv.slice(2));
const uid = process.getuid?.();
// Loading the program takes longer than all of this.
if (printStatic() || printWarm()) {
  // Node's own shutdown would take as long as everything above.
  process.exit();
} else {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
}

function printStatic(): boolean {
  const text = staticText(line, {
    version,
    help: () => readFileSync(`${__dirname}/../dist/help.txt`, 'utf8'),
    // Avoids loading the terminal's stream if stdout is a pipe.
    columns: () =>
      Number(env['COLUMNS']) ||
      (fstatSync(1).isCharacterDevice() && isatty(1) ? process.stdout.columns : undefined),
  });
  return text !== undefined && printResult(text);
}

function printWarm(): boolean {
  const warm = warmToken(line, { env, platform, uid, now: Date.now, version, onMiss, isTrusted });
  return warm !== undefined && printToken(warm);
}

/** Of many callers that find no token at the same time, the leader continues and the others wait. */
function onMiss(leader: string, look: () => Warm | undefined): Warm | undefined {
  return leaders().leadOrFollow(leader, uid, look, (done) => process.on('exit', done));
}

function isTrusted(directory: string): boolean {
  return leaders().isTrusted(directory, uid);
}

function leaders(): typeof Leader {
  return require('../dist/leader.cjs');
}
