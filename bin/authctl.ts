/** What a user starts: what is quickly said, such as a token that is kept, or else the program. */
import { readFileSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fixedText } from '../src/fixed.ts';
import { version } from '../src/version.ts';
import { warmToken } from '../src/warm.ts';

const { argv, env, platform } = process;
const args = argv.slice(2);
const text =
  fixedText(args, {
    version,
    help: () => readFileSync(`${__dirname}/../dist/help.txt`, 'utf8'),
    columns: () => (isatty(1) ? process.stdout.columns : undefined),
  }) ??
  lineOf(
    warmToken(args, {
      env,
      platform,
      uid: process.getuid?.(),
      now: Date.now(),
      settings: () => require('../dist/warm-settings.cjs'),
    }),
  );
// Loading the program takes longer than all of this: it is for whatever takes more than a look.
if (text === undefined || !print(text)) {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
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
