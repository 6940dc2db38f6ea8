/**
 * The bundles: CommonJS, which starts fastest; everything from npm is in them but the optional
 * keychain library, which has a binary of its own for each system.
 */
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { asModules } from './scripts/as-modules.js';
import { asValue } from './scripts/as-value.js';
import { eager } from './scripts/eager.js';
import { lazyBuiltins } from './scripts/lazy-builtins.js';
import { lean } from './scripts/lean.js';
import { apart, leaveOut, light, reduce } from './scripts/leave-out.js';

/**
 * Modules that are loaded together, with all that they import: one file, where there would be thirty.
 * What an earlier group has is not in a later one.
 */
function together(name, paths) {
  let members;
  const withImports = (ids, modules, found = new Set()) => {
    for (const id of ids) {
      if (found.has(id)) continue;
      found.add(id);
      withImports(modules.getModuleInfo(id)?.importedIds ?? [], modules, found);
    }
    return found;
  };
  return {
    debugName: name,
    name: (id, modules) => {
      members ??= withImports(paths.map(inRoot), modules);
      return members.has(id) ? name : null;
    },
  };
}

function inRoot(path) {
  return join(import.meta.dirname, path);
}

const groups = [
  // All that a login does before it comes to the network; other commands need most of it too.
  together('working', [
    'bin/program.ts',
    'src/commands/login.ts',
    'src/client/login.ts',
    'src/store/file/store.ts',
  ]),
  together('renewing', [
    ...[
      'src/commands/token.ts',
      'src/commands/exec.ts',
      'src/commands/refresh.ts',
      'src/client/token.ts',
      'src/client/renew.ts',
    ],
    ...['src/files/lock.ts', 'src/store/file/fingerprint-key.ts'],
  ]),
  together('certificates', ['src/http/tls-options.ts', 'src/http/strict-tls.ts']),
  together('formats', ['src/output/formats.ts', 'src/output/deliver.ts', 'src/output/unset.ts']),
];

/** Where only the value matters, and what it is made of is long. */
const valued = asValue(/[\\/]src[\\/]version\.ts$|[\\/]llhttp[\\/]constants\.js$/);
const modules = asModules(/[\\/](?:commander|undici)[\\/](?!.*llhttp)/);

const shared = {
  platform: 'node',
  external: ['keytar'],
  // Not by its module for import, which takes all of it.
  resolve: { alias: { commander: inRoot('node_modules/commander/index.js') } },
  treeshake: { moduleSideEffects: [{ test: /[\\/]commander[\\/]index\.js$/, sideEffects: false }] },
  plugins: [valued, leaveOut, reduce, light, apart, modules, lazyBuiltins, lean],
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
    input: { authctl: 'bin/program.ts' },
    output: {
      ...output,
      cleanDir: true,
      chunkFileNames: 'chunks/[name].cjs',
      codeSplitting: { groups },
    },
  },
  {
    ...shared,
    input: { 'keychain-child': 'src/credentials/keychain/child.ts' },
    output: { ...output, codeSplitting: false },
  },
  launcher('src/launcher/leader.ts', 'dist/leader.cjs'),
  launcher('bin/authctl.ts', 'bin/authctl.cjs', {
    plugins: [eager],
    banner: '#!/usr/bin/env node',
    exports: 'none',
  }),
]);
