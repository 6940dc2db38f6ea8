/** What a user starts: what is quickly said, such as a token that is kept, or else the program. */
import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fixedText } from '../src/fixed.ts';
import type * as Vanguard from '../src/session/vanguard.ts';
import { version } from '../src/version.ts';
import { warmToken } from '../src/warm.ts';

const { argv, env, platform } = process;
const args = argv.slice(2);
const text =
  fixedText(args, {
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
      settings: () => require('../dist/warm-settings.cjs'),
      onMiss,
    }),
  );
// Loading the program takes longer than all of this: it is for whatever takes more than a look.
if (text === undefined || !print(text)) {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
}

/** Of many that find no token at once, one goes ahead. */
function onMiss(file: string, look: () => string | undefined): string | undefined {
  const { goAhead, waitBehind }: typeof Vanguard = require('../dist/vanguard.cjs');
  const { ahead, done } = goAhead(file);
  if (!ahead) return waitBehind(file, look);
  process.on('exit', done);
  return undefined;
}

function lineOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `${token}\n`;
}

/** Whether it was written: the program meets the same hindrance, and says what it is. */
function print(ascii: string): boolean {
  let rest = ascii;
  while (rest !== '') {
    try {
      // So many bytes are so many characters.
      rest = rest.slice(writeSync(1, rest));
    } catch (error) {
      // A pipe that is full for the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}
