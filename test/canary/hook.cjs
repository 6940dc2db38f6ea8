/**
 * Preloaded by NODE_OPTIONS: records the child processes that a process starts, with their arguments,
 * in the file that CANARY_CHILDREN names.
 */
const { ChildProcess } = require('node:child_process');
const { appendFileSync } = require('node:fs');

const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  const line = JSON.stringify([options.file, ...(options.args ?? [])]);
  appendFileSync(process.env.CANARY_CHILDREN, `${line}\n`);
  return spawn.call(this, options);
};
