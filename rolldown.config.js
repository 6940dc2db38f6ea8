/**
 * The bundles: CommonJS, which starts fastest; everything from npm is in them but the optional
 * keychain library, which has a binary of its own for each system.
 */
import { defineConfig } from 'rolldown';
import { asValue } from './scripts/as-value.js';
import { eager } from './scripts/eager.js';

/**
 * Parts of undici that no request of ours reaches, and that cost milliseconds to load: HTTP/2, which
 * is never negotiated, and the bodies of fetch.
 */
const unreached = /[\\/]undici[\\/]lib[\\/](?:dispatcher[\\/]client-h2|web[\\/].*)\.js$/;

const leaveOut = {
  name: 'leave-out',
  load: {
    filter: { id: unreached },
    handler: () => 'module.exports = {};',
  },
};

const shared = { platform: 'node', external: ['keytar'], plugins: [leaveOut] };
const output = { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs' };

/**
 * A file of the launcher: whole, since every file that is opened costs, and without a byte too much,
 * since Node reads all of them at each start.
 */
const launcher = (input, file, { plugins = [], ...output } = {}) => ({
  platform: 'node',
  external: /\.cjs$/,
  plugins: [asValue(/[\\/]providers[\\/](?:outlines|environments)\.ts$/), ...plugins],
  input,
  output: { file, format: 'cjs', codeSplitting: false, strict: true, minify: true, ...output },
});

export default defineConfig([
  {
    ...shared,
    // Split at every dynamic import: a command loads what it needs.
    input: {
      authctl: 'src/start.ts',
      'keychain-child': 'src/credentials/keychain-child.ts',
    },
    output: { ...output, cleanDir: true, chunkFileNames: 'chunks/[name].cjs' },
  },
  launcher('src/warm-settings.ts', 'dist/warm-settings.cjs'),
  launcher('bin/authctl.ts', 'bin/authctl.cjs', {
    plugins: [eager],
    banner: '#!/usr/bin/env node',
    exports: 'none',
  }),
]);
