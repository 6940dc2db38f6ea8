/**
 * The budget of a start, in counts that are the same on every machine. Before raising one, measure its
 * cost with `npm run bench`.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect } from '@jest/globals';
import { describeWith, part } from '../parts.ts';
import { accounts } from './accounts.ts';
import {
  authctl,
  bin,
  type Env,
  type Home,
  newHome,
  output,
  run,
  testUnderNode,
} from './harness.ts';
import { serve } from './servers.ts';

const project = join(dirname(bin), '..');
const { ropo } = accounts;

/** What a run loaded, beyond what Node loads for an empty script. */
interface Loaded {
  /** Files of the project. */
  readonly files: readonly string[];
  /** Their total size in bytes. */
  readonly bytes: number;
  /** Public modules of Node. */
  readonly builtins: readonly string[];
}

let home: Home;
let env: Env;
beforeAll(async () => {
  home = newHome();
  const { url } = await serve(ropo.success('tok'));
  env = { ...ropo.env, ROPO_BASE_URL: url };
  // Without a server in a variable or the config, which is the usual case.
  await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
});

async function load(args: readonly string[], more: Env = {}): Promise<Loaded> {
  const report = join(home.path, `loaded-${args.join('-')}.json`);
  const hook = home.write(
    'hook.cjs',
    `const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  const builtins = process.moduleLoadList.filter((name) => !before.has(name));
  require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify({ files, builtins }));
});`,
  );
  const options = { home, env: { ...more, NODE_OPTIONS: `--require=${hook}` } };
  expect(await authctl(args, options)).toMatchObject({ code: 0 });
  const { files, builtins } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    files: files.map((file: string) => file.slice(project.length + 1)).sort(),
    bytes: files.reduce((sum: number, file: string) => sum + statSync(file).size, 0),
    builtins: builtins
      .map((name: string) => /^NativeModule ([a-z0-9_]+(?:\/promises)?)$/.exec(name)?.[1])
      .filter((name?: string) => name !== undefined),
  };
}

describe('a stored token', () => {
  testUnderNode('takes one small file, and no module that Node has not loaded', async () => {
    const { bytes, ...rest } = await load(['token', 'ropo']);
    expect(rest).toEqual({ files: ['bin/authctl.cjs'], builtins: [] });
    expect(bytes).toBeLessThan(20_200);
  });

  testUnderNode('takes no other file where a variable names the server', async () => {
    const { bytes: _, ...rest } = await load(['token', 'ropo'], env);
    expect(rest).toEqual({ files: ['bin/authctl.cjs'], builtins: [] });
  });
});

testUnderNode('the version and the help take the launcher alone', async () => {
  for (const option of ['--version', '--help']) {
    const { files, builtins } = await load([option]);
    expect([files, builtins]).toEqual([['bin/authctl.cjs'], []]);
  }
});

testUnderNode(
  'a login loads the program and the network, but no keychain, TLS or cryptography',
  async () => {
    const { files, bytes, builtins } = await load(['login', 'ropo'], env);
    expect(files).toEqual([
      'bin/authctl.cjs',
      'dist/authctl.cjs',
      // Under jest, undici loads another one, because of jest's variable.
      expect.stringMatching(/^dist\/chunks\/llhttp(_simd)?-wasm\.cjs$/),
      'dist/chunks/rolldown-runtime.cjs',
      'dist/chunks/send.cjs',
      'dist/chunks/working.cjs',
    ]);
    expect(bytes).toBeLessThan(336_000);
    for (const dear of [
      'crypto',
      'tls',
      'https',
      'http2',
      'zlib',
      'child_process',
      'readline',
      'perf_hooks',
    ])
      expect(builtins).not.toContain(dear);
    expect(builtins).not.toContain('fs/promises');
  },
);

describeWith(['strace'], 'the system', () => {
  /** The system calls about files that a Node program makes in its main thread. */
  async function calls(
    file: string,
    args: readonly string[],
    where: { readonly home?: Home; readonly env?: Env } = {},
  ): Promise<readonly string[]> {
    const trace = home.write('trace', '');
    const strace = [part('strace') ?? '', '-qq', '-e', 'trace=%file,%desc', '-o', trace];
    const outcome = await run([...strace, process.execPath, file, ...args], { home, ...where });
    expect(outcome).toMatchObject({ code: 0 });
    // Memory calls vary with the allocator.
    return readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/^(mmap|munmap|brk)\b/.test(line));
  }

  testUnderNode('gets few more calls for a stored token than for an empty script', async () => {
    const empty = home.write('empty.cjs', '');
    const bare = await calls(empty, []);
    const ours = await calls(bin, ['token', 'ropo']);
    // One of them asks whether stdout is open. Node checks every directory of a file's path.
    const depth = bin.split('/').length - empty.split('/').length;
    expect(ours.length - bare.length - depth).toBeLessThanOrEqual(19);
    const opened = ours.filter((line) => line.startsWith('openat') && line.includes(home.path));
    // The outline, the pointer and the session.
    expect(opened).toHaveLength(3);
  });

  testUnderNode('gets one read of the config from the program', async () => {
    const cold = newHome();
    cold.setConfig({ ropo: { cid: '1' } });
    const start = cold.write(
      'start.cjs',
      `require(${JSON.stringify(join(project, 'dist/authctl.cjs'))}).start(${JSON.stringify(join(project, 'dist'))})`,
    );
    const asked = await calls(start, ['token', 'ropo'], { home: cold, env });
    const opened = asked.filter((line) => line.startsWith('openat') && line.includes(cold.config));
    expect(opened).toHaveLength(1);
  });
});
