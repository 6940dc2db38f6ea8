/** The launcher: prints the version, help or a stored token itself, and starts the program for the rest. */
import { fstatSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import type * as Leader from '../src/launcher/leader.ts';
import { printNow } from '../src/launcher/print-now.ts';
import { staticText } from '../src/launcher/static.ts';
import { warmToken } from '../src/launcher/warm.ts';
import { version } from '../src/version.ts';

const { argv, env, platform } = process;
const args = argv.slice(2);
const text =
  staticText(args, {
    version,
    help: () => readFileSync(`${__dirname}/../dist/help.txt`, 'utf8'),
    // Avoids loading the terminal's stream if stdout is a pipe.
    columns: () =>
      fstatSync(1).isCharacterDevice() && isatty(1) ? process.stdout.columns : undefined,
  }) ??
  lineOf(
    warmToken(args, {
      env,
      platform,
      uid: process.getuid?.(),
      now: Date.now,
      version,
      onMiss,
    }),
  );
if (text === undefined || !printNow(text)) {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
} else {
  // Node's own shutdown would take as long as everything above.
  process.exit();
}

/** Of many callers that find no token at the same time, the leader continues and the others wait. */
function onMiss(leader: string, look: () => string | undefined): string | undefined {
  const { leadOrFollow }: typeof Leader = require('../dist/leader.cjs');
  return leadOrFollow(leader, look, (done) => process.on('exit', done));
}

function lineOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `${token}\n`;
}
