/**
 * The bundles: CommonJS, which starts fastest; everything from npm is in them but the optional
 * keychain library, which has a binary of its own for each system.
 */
import { defineConfig } from 'rolldown';
import { asValue } from './scripts/as-value.js';
import { eager } from './scripts/eager.js';
import { lazyBuiltins } from './scripts/lazy-builtins.js';
import { lean } from './scripts/lean.js';
import { apart, leaveOut, light } from './scripts/leave-out.js';

/** What a command does before it comes to the network: one file, where there would be thirty. */
const working =
  /[\\/]src[\\/](?:session|provider|output|credentials|files|config[\\/](?:read|document|key|json-break)|commands[\\/](?:login|token|refresh|exec|verify|obtain|options|print|target|unset|dry-run|find-credentials|stored-session|duration-words))[\\/.]/;

/** Where only the value matters, and what it is made of is long. */
const valued = asValue(/[\\/]src[\\/](?:providers[\\/](?:outlines|environments)|version)\.ts$/);

const shared = {
  platform: 'node',
  external: ['keytar'],
  plugins: [valued, leaveOut, light, apart, lazyBuiltins, lean],
};
const output = {
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  strict: true,
  minify: true,
};

/**
 * A file of the launcher: whole, since every file that is opened costs, and without a byte too much,
 * since Node reads all of them at each start.
 */
const launcher = (input, file, { plugins = [], ...output } = {}) => ({
  platform: 'node',
  external: /\.cjs$/,
  plugins: [valued, lazyBuiltins, ...plugins, lean],
  input,
  output: { file, format: 'cjs', codeSplitting: false, strict: true, minify: true, ...output },
});

export default defineConfig([
  {
    ...shared,
    // Split at dynamic imports: a command loads what it needs.
    input: { authctl: 'src/start.ts' },
    output: {
      ...output,
      cleanDir: true,
      chunkFileNames: 'chunks/[name].cjs',
      codeSplitting: { groups: [{ name: 'working', test: working }] },
    },
  },
  {
    ...shared,
    input: { 'keychain-child': 'src/credentials/keychain-child.ts' },
    output: { ...output, codeSplitting: false },
  },
  launcher('src/warm-settings.ts', 'dist/warm-settings.cjs'),
  launcher('src/session/vanguard.ts', 'dist/vanguard.cjs'),
  launcher('bin/authctl.ts', 'bin/authctl.cjs', {
    plugins: [eager],
    banner: '#!/usr/bin/env node',
    exports: 'none',
  }),
]);
