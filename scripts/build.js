/** Builds dist/ and the launcher without a word, unless something is wrong. */
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { build } from 'rolldown';
import configs from '../rolldown.config.js';
import { markCalledFunctions } from './profiled.js';

// One after the other: the first empties the directory.
for (const config of configs) await build({ ...config, logLevel: 'warn' });

chmodSync('bin/authctl.cjs', 0o755);

// The help that the launcher has at hand, in the program's own words. Without a terminal it is for a
// width of 80, and holds for wider ones where nothing had to be broken.
const dist = new URL('../dist/', import.meta.url).pathname;
const start = `require(${JSON.stringify(`${dist}authctl.cjs`)}).start(${JSON.stringify(dist)})`;
const help = execFileSync(process.execPath, ['-e', start, '--', 'authctl', '--help'], {
  encoding: 'utf8',
});
writeFileSync(`${dist}help.txt`, help);

markCalledFunctions('bin/authctl.cjs', `${dist}chunks/`);
