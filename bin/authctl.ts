/** What a user starts: the quick way to a token that is kept, or else the program. */
import { writeSync } from 'node:fs';
import { warmToken } from '../src/warm.ts';

const { argv, env, platform } = process;
const token = warmToken(argv.slice(2), {
  env,
  platform,
  uid: process.getuid?.(),
  now: Date.now(),
  settings: () => require('../dist/warm-settings.cjs'),
});
// Loading the program takes longer than all of this: it is for whatever takes more than a look.
if (token === undefined || !print(`${token}\n`)) {
  require('../dist/authctl.cjs').start(`${__dirname}/../dist`);
}

/** Whether it was written: the program meets the same hindrance, and says what it is. */
function print(text: string): boolean {
  let rest = text;
  while (rest !== '') {
    try {
      // A token is ASCII: so many bytes are so many characters.
      rest = rest.slice(writeSync(1, rest));
    } catch (error) {
      // A pipe that is full for the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}
