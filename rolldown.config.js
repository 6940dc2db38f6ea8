/**
 * The bundles: CommonJS, which starts fastest; everything from npm is in them but the optional
 * keychain library, which has a binary of its own for each system.
 */
import { defineConfig } from 'rolldown';

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
  {
    ...shared,
    // Whole, since every file that is opened costs: a token that is there is printed by this alone.
    input: { warm: 'src/warm.ts' },
    output: { ...output, codeSplitting: false },
  },
]);
