#!/usr/bin/env node
'use strict';
const { writeSync } = require('node:fs');
const { warmToken } = require('../dist/warm.cjs');

const { argv, env, platform } = process;
const token = warmToken(argv.slice(2), {
  env,
  platform,
  uid: process.getuid?.(),
  now: Date.now(),
});
// Loading the program takes longer than all of this: it is for whatever takes more than a look.
if (token === undefined || !print(`${token}\n`)) {
  require('../dist/authctl.cjs').start(require('node:path').join(__dirname, '..', 'dist'));
}

/** Whether it was written: the program meets the same hindrance, and says what it is. */
function print(text) {
  let rest = Buffer.from(text, 'latin1');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // A pipe that is full for the moment.
      if (error.code !== 'EAGAIN') return false;
    }
  }
  return true;
}
