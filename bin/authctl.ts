/** What a user starts: what is quickly said, such as a token that is kept, or else the program. */
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
    // What a terminal takes to load is not loaded for a pipe.
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
// Loading the program takes longer than all of this: it is for whatever takes more than a look.
if (text === undefined || !printNow(text)) {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
} else {
  // Node takes as long to clear away what it has set up as all of this took.
  process.exit();
}

/** Of many that find no token at once, one goes ahead. */
function onMiss(leader: string, look: () => string | undefined): string | undefined {
  const { leadOrFollow }: typeof Leader = require('../dist/leader.cjs');
  return leadOrFollow(leader, look, (done) => process.on('exit', done));
}

function lineOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `${token}\n`;
}
