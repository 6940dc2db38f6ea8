/**
 * The bundle: CommonJS, split at every dynamic import, which starts fastest; everything from npm is
 * in it but the optional keychain library, which has a binary of its own for each system.
 */
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: {
    authctl: 'src/start.ts',
    'keychain-child': 'src/credentials/keychain-child.ts',
  },
  platform: 'node',
  external: ['keytar'],
  output: {
    dir: 'dist',
    format: 'cjs',
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
  },
  checks: { eval: false },
});
