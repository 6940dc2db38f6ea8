/**
 * Builds the standalone executable, build/authctl: the program, packed by Bun together with Bun's own
 * runtime and the keychain library's binary, for this system, or with the argument `win32-x64` for Windows. The
 * same sources give the same bytes, wherever they are built.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { program } from '../rolldown.config.js';
import { writeGenerated } from '../scripts/generated.js';
import { run, verifiedBun, writeBunForWindows } from './runtime.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const parts = join(root, 'build/parts');
const { platform, arch } = process;
const [, , system = `${platform}-${arch}`] = process.argv;
const isForeign = system !== `${platform}-${arch}`;
if (isForeign && system !== 'win32-x64') throw new Error(`it cannot be built here for ${system}`);
const executable = join(root, `build/authctl${system.startsWith('win32') ? '.exe' : ''}`);
const foreignBun = join(parts, 'bun.exe');

rmSync(executable, { force: true });
const bun = verifiedBun();
writeGenerated();
await bundle(parts);
if (isForeign) writeBunForWindows(foreignBun);
run(bun, [
  ...['build', '--compile', `--outfile=${executable}`],
  // Bytecode starts three times as fast as source.
  ...['--format=cjs', '--bytecode'],
  ...(isForeign
    ? ['--target=bun-windows-x64', `--compile-executable-path=${foreignBun}`]
    : ['--target=bun']),
  // It ends before compiling for a long run would pay off.
  '--compile-jit-policy=10',
  // Nothing in the directory that it is started in changes what it does.
  ...['dotenv', 'bunfig', 'tsconfig', 'package-json'].map(
    (name) => `--no-compile-autoload-${name}`,
  ),
  '--reject-unresolved',
  // As in Node, an unhandled rejection is an uncaught exception.
  '--compile-exec-argv=--unhandled-rejections=throw',
  join(parts, 'authctl.cjs'),
]);
rmSync(parts, { recursive: true });

/** Bundles the program as for dist/, but from the executable's own entry point. */
async function bundle(dir) {
  const made = await rolldown({
    ...program,
    cwd: root,
    input: { authctl: 'bin/standalone.ts' },
    external: [/\.bin$/],
    plugins: [program.plugins, keychain()],
    // These would become paths on the machine that builds.
    transform: { define: { 'import.meta.url': '"file:///authctl"', __dirname: '"/"' } },
    logLevel: 'warn',
  });
  // Split wherever it can be: here it is Bun that reads the parts, compiled ahead.
  const names = { entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' };
  await made.write({ ...program.output, ...names, dir, cleanDir: true });
  await made.close();
}

/**
 * keytar looks for its binary at run time; here Bun carries it inside the executable, with an extension
 * that Bun does not know: it would unpack a library itself, where another user may change it.
 */
function keychain() {
  const musl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const name = isForeign ? system : `${platform}${musl ? 'musl' : ''}-${arch}`;
  const binary = join(root, 'node_modules/keytar/prebuilds', name, 'keytar.node');
  if (!existsSync(binary)) throw new Error(`keytar has no binary for ${name}: ${binary}`);
  const packed = join(parts, 'keytar.bin');
  const code = `
    import { readFileSync } from 'node:fs';
    import { withUnpacked } from './unpack.ts';
    import packed from ${JSON.stringify(packed)};

    export function loadKeytar() {
      const { env } = process;
      return withUnpacked(readFileSync(packed), load, { env, uid: process.getuid?.() });
    }
    // There is no other place to look for it.
    export const requireKeytar = loadKeytar;

    function load(file) {
      const module = { exports: {} };
      process.dlopen(module, file);
      return module.exports;
    }
  `;
  return {
    name: 'keychain',
    load: {
      filter: { id: /keychain[\\/]library\.ts$/ },
      handler: () => ({ code, moduleType: 'js' }),
    },
    writeBundle: () => copyFileSync(binary, packed),
  };
}
