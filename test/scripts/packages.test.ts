/** That the code of packages is bundled as they publish it: no plugin of ours changes any of it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What became of the packages' files. */
interface Report {
  /** The files that were read, and what the bundler was given for them. */
  readonly given: Readonly<Record<string, string>>;
  /** Their parts of the chunks, before our plugins and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

// By the bundler in a process of its own: it does not take what jest's realm makes.
const script = `
  import { rolldown } from 'rolldown';
  import configs from './rolldown.config.js';
  const report = { given: {}, before: [], after: [] };
  const parts = (code) => code.split(/^(?=\\/\\/ \\S+\\.[cm]?[jt]s$)/m).filter((part) => part.startsWith('// node_modules/'));
  const first = { name: 'first', renderChunk: (code) => void report.before.push(...parts(code)) };
  const last = {
    name: 'last',
    transform: (code, id) => { if (id.includes('node_modules')) report.given[id] = code; },
    renderChunk: (code) => void report.after.push(...parts(code)),
  };
  const [config] = configs;
  const bundle = await rolldown({ ...config, plugins: [first, config.plugins, last] });
  await bundle.generate({ ...config.output, minify: false, cleanDir: false });
  await bundle.close();
  console.log(JSON.stringify(report));
`;

test('what is bundled of packages is what they publish, but for two files of undici', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  expect(stderr).toBe('');
  const { given, before, after }: Report = JSON.parse(stdout);

  const files = Object.keys(given);
  expect(files.filter((file) => file.includes('/undici/')).length).toBeGreaterThan(20);
  expect(files.some((file) => file.includes('/commander/'))).toBe(true);
  const changed = files.filter((file) => readFileSync(file, 'utf8') !== given[file]);
  expect(changed.map((file) => file.slice(root.length)).sort()).toEqual([
    'node_modules/undici/lib/dispatcher/client-h2.js',
    'node_modules/undici/lib/web/fetch/body.js',
  ]);

  expect(before.length).toBeGreaterThan(50);
  expect([...after].sort()).toEqual([...before].sort());
});
