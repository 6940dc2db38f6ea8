/** Builds dist/ without a word, unless something is wrong. */
import { build } from 'rolldown';
import configs from '../rolldown.config.js';

// One after the other: the first empties the directory.
for (const config of configs) await build({ ...config, logLevel: 'warn' });
