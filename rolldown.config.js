/**
 * The bundles: CommonJS, which starts fastest; everything from npm is in them but the optional
 * keychain library, which has a binary of its own for each system. The code of packages is bundled as
 * they publish it; what is left out of it is left out by whole files.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { lazyBuiltins } from './scripts/lazy-builtins.js';
import { leaveOut } from './scripts/leave-out.js';
import { together } from './scripts/together.js';

/** As the bundler names a file: where node_modules is a link, by where that leads. */
const inRoot = (path) => realpathSync(join(import.meta.dirname, path));

/** HTTP/2, which is never negotiated, and the bodies of fetch: our bodies are text. */
const unused = leaveOut([
  inRoot('node_modules/undici/lib/dispatcher/client-h2.js'),
  inRoot('node_modules/undici/lib/web/fetch/body.js'),
]);

const groups = together({
  // All that a login does before it comes to the network; other commands need most of it too.
  working: [
    'bin/program.ts',
    'src/commands/login.ts',
    'src/client/login.ts',
    'src/store/file/store.ts',
  ].map(inRoot),
  renewing: [
    ...['src/commands/token.ts', 'src/commands/exec.ts', 'src/commands/refresh.ts'],
    ...['src/client/token.ts', 'src/client/renew.ts'],
    ...['src/files/lock.ts', 'src/store/file/fingerprint-key.ts'],
  ].map(inRoot),
  // The shared store, and its client.
  fleet: ['src/fleet/open.ts', 'src/store/shared/together.ts'].map(inRoot),
  // All that a request needs, whoever sends it.
  send: ['src/http/send.ts'].map(inRoot),
  certificates: ['src/http/tls-options.ts', 'src/http/strict-tls.ts'].map(inRoot),
  formats: ['src/output/formats.ts', 'src/output/deliver.ts', 'src/output/unset.ts'].map(inRoot),
});

const shared = {
  platform: 'node',
  external: ['keytar'],
  plugins: [lazyBuiltins],
};
const output = {
  format: 'cjs',
  strict: true,
  minify: true,
};

/**
 * undici's parser in WebAssembly, as text, for processors with and without SIMD: of the two one is read,
 * so they are files of their own, which the build copies there.
 */
export const parsers = {
  [inRoot('node_modules/undici/lib/llhttp/llhttp-wasm.js')]: 'chunks/llhttp-wasm.cjs',
  [inRoot('node_modules/undici/lib/llhttp/llhttp_simd-wasm.js')]: 'chunks/llhttp_simd-wasm.cjs',
};

/** The program, before it is split: the standalone executable splits it in its own way. */
export const program = {
  ...shared,
  input: { authctl: 'bin/program.ts' },
  plugins: [...shared.plugins, unused],
  output,
};

/** Runs before anything that earlier versions of Node cannot load: they parse the launcher, but no more. */
const versionCheck = `(function(v){if(v[0]<20||v[0]==20&&v[1]<19){console.error("authctl: Node "+v.join(".")+" is too old: authctl needs Node 20.19 or later");process.exit(3)}})(process.versions.node.split("."));`;

/** Whole, since every file that is opened costs. */
const single = (input, file, more = {}, options = {}) => ({
  ...shared,
  ...options,
  input,
  external: [...shared.external, /\.cjs$/],
  output: { ...output, file, codeSplitting: false, ...more },
});

export default defineConfig([
  {
    ...program,
    external: [...program.external, ...Object.keys(parsers)],
    plugins: [...program.plugins, groups],
    // Split at dynamic imports: a command loads what it needs.
    output: {
      ...output,
      paths: parsers,
      dir: 'dist',
      cleanDir: true,
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name].cjs',
    },
  },
  single('src/credentials/keychain/child.ts', 'dist/keychain-child.cjs'),
  single('src/launcher/leader.ts', 'dist/leader.cjs'),
  single(
    'bin/authctl.ts',
    'bin/authctl.cjs',
    {
      banner: `#!/usr/bin/env node\n"use strict";${versionCheck}`,
      exports: 'none',
    },
    { transform: { target: 'es2019' } },
  ),
]);
