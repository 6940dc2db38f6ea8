/** Builds dist/ and the launcher without a word, unless something is wrong. */
import { chmodSync } from 'node:fs';
import { build } from 'rolldown';
import configs from '../rolldown.config.js';

// One after the other: the first empties the directory.
for (const config of configs) await build({ ...config, logLevel: 'warn' });

chmodSync('bin/authctl.cjs', 0o755);
