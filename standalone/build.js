/**
 * Builds the standalone executable, build/authctl: the program, packed by Bun together with Bun's own
 * runtime and the keychain library's binary for this system.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import configs from '../rolldown.config.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const parts = join(root, 'build/parts');
const suffix = process.platform === 'win32' ? '.exe' : '';
const executable = join(root, `build/authctl${suffix}`);

mkdirSync(parts, { recursive: true });
const runtime = join(parts, `runtime${suffix}`);
const bun = installBun();
writeFileSync(runtime, withoutBackDoors(readFileSync(bun)));
chmodSync(runtime, 0o755);
await bundle(join(parts, 'bundle'));
rmSync(executable, { force: true });
run(bun, [
  ...['build', '--compile', `--compile-executable-path=${runtime}`, `--outfile=${executable}`],
  // What starts fastest: compiled ahead, three times as fast as from the source.
  ...['--target=bun', '--format=cjs', '--bytecode'],
  // Nothing in the directory that it is started in changes what it does.
  ...['dotenv', 'bunfig', 'tsconfig', 'package-json'].map(
    (name) => `--no-compile-autoload-${name}`,
  ),
  '--reject-unresolved',
  // As Node has it: a rejection that nobody handles is an exception that nobody caught.
  '--compile-exec-argv=--unhandled-rejections=throw',
  join(parts, 'bundle/authctl.cjs'),
]);
rmSync(parts, { recursive: true });

/** The path of Bun: of the version, and by the hash, that the lock file here has. */
function installBun() {
  const packages = join(here, 'node_modules/@oven');
  const { packages: locked } = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  const installed = () => {
    const [name] = existsSync(packages) ? readdirSync(packages) : [];
    if (name === undefined) return undefined;
    const { version } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
    const wanted = locked[`node_modules/@oven/${name}`]?.version;
    return version === wanted ? join(packages, name, `bin/bun${suffix}`) : undefined;
  };
  if (!installed()) {
    // npm itself is a script of a shell on Windows. Bun's own install script has nothing to add.
    run('npm', ['ci', '--prefix', here, '--ignore-scripts', '--no-audit', '--no-fund'], {
      shell: process.platform === 'win32',
    });
  }
  const path = installed();
  if (!path) throw new Error(`there is no Bun for ${process.platform} ${process.arch}`);
  return path;
}

/**
 * The runtime, deaf to the variables that would make it an interpreter of other programs
 * (BUN_BE_BUN), load code before ours (BUN_OPTIONS, BUN_INSPECT_PRELOAD), let a debugger in
 * (BUN_INSPECT, BUN_INSPECT_CONNECT_TO) or send crash reports (the other two). Their names are looked
 * up in the environment; no name there can begin with the NUL that these get.
 */
function withoutBackDoors(bytes) {
  const names = [
    'BUN_BE_BUN',
    'BUN_OPTIONS',
    'BUN_INSPECT',
    'BUN_CRASH_REPORT_URL',
    'BUN_ENABLE_CRASH_REPORTING',
  ];
  for (const name of names) {
    let found = 0;
    for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1)) {
      // JavaScript of Bun's own, where a NUL is a mistake; it comes after the look at the environment.
      if (bytes[at - 1] === '.'.charCodeAt(0)) continue;
      bytes[at] = 0;
      found += 1;
    }
    if (found === 0) throw new Error(`this Bun does not know ${name} by that name`);
  }
  return bytes;
}

/** The program as the bundler makes it for dist/, from the executable's own beginning. */
async function bundle(dir) {
  const [config] = configs;
  const made = await rolldown({
    ...config,
    cwd: root,
    input: { authctl: 'bin/standalone.ts' },
    external: [/\.node$/],
    plugins: [config.plugins, keychain()],
    logLevel: 'warn',
  });
  // Split wherever it can be: here it is Bun that reads the parts, compiled ahead.
  await made.write({ ...config.output, dir, cleanDir: true, codeSplitting: true });
  await made.close();
}

/** keytar looks for its binary at run time; here it is this one, which Bun carries inside. */
function keychain() {
  const { platform, arch } = process;
  const musl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const name = `${platform}${musl ? 'musl' : ''}-${arch}`;
  const binary = join(root, 'node_modules/keytar/prebuilds', name, 'keytar.node');
  if (!existsSync(binary)) throw new Error(`keytar has no binary for ${name}: ${binary}`);
  // Whatever hinders it, there is no other place to look.
  const code = `
    try {
      module.exports = require(${JSON.stringify(binary)});
    } catch ({ message }) {
      throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });
    }
  `;
  return {
    name: 'keychain',
    resolveId: { filter: { id: /^keytar$/ }, handler: () => '\0keytar' },
    load: { filter: { id: /^\0keytar$/ }, handler: () => code },
  };
}

function run(file, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    ...options,
  });
  if (status === 0) return;
  throw error ?? new Error(`${file} ${args[0]} failed:\n${stdout}${stderr}`);
}
