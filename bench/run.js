/**
 * Measures what a user waits for, as ratios to `node -e 0` in the same run: `npm run bench`, after a
 * build. Results are printed, and written to bench/results.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, crowd, quantile } from './pairs.js';

const pairs = Number(process.env.BENCH_PAIRS ?? 40);
const rounds = Math.max(3, Math.round(pairs / 8));
const root = new URL('..', import.meta.url).pathname;
const authctl = [process.execPath, join(root, 'bin/authctl.cjs')];
const bare = [process.execPath, '-e', '0'];

const home = mkdtempSync(join(tmpdir(), 'authctl-bench-'));
const sandbox = spawn(authctl[0], [...authctl.slice(1), 'sandbox'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  const lines = await new Promise((resolve, reject) => {
    sandbox.stdout.once('data', (data) => resolve(String(data)));
    sandbox.once('exit', () => reject(new Error('the sandbox ended: is there a build?')));
  });
  // An empty NODE_EXTRA_CA_CERTS: a set one makes every start of Node slower, ratios falsely good.
  const env = { PATH: process.env.PATH ?? '', HOME: home, NODE_EXTRA_CA_CERTS: '' };
  for (const [, name, value] of lines.matchAll(/^export (\w+)='([^']*)'$/gm)) env[name] = value;
  env.AUTHCTL_CONFIG_DIR = join(home, 'config');
  env.AUTHCTL_STATE_DIR = join(home, 'state');

  const rows = [];
  const row = (what, { ratio, low, high, a, b }) => {
    const text = `| ${what} | ${ratio.toFixed(2)} | ${low.toFixed(2)}–${high.toFixed(2)} | ${a.toFixed(0)} | ${b.toFixed(0)} |`;
    console.log(text);
    rows.push(text);
  };
  const against = (what, command, other = bare, extra = {}) =>
    row(what, compare(command, other, { env: { ...env, ...extra }, pairs }));

  against('`authctl --version`', [...authctl, '--version']);
  against('`authctl --help`', [...authctl, '--help']);
  against('`authctl login ropo`', [...authctl, 'login', 'ropo']);
  against('`authctl token ropo`, stored', [...authctl, 'token', 'ropo']);
  if (spawnSync('sh', ['-c', 'command -v curl && command -v jq']).status === 0) {
    const line = `curl -s -H 'Content-Type: application/json' -d '{"cid":"${env.ROPO_CID}","apicode":"${env.ROPO_APICODE}"}' "$ROPO_BASE_URL/token" | jq -r .token`;
    const curl = ['sh', '-c', line];
    against('`curl \\| jq` doing the login', curl);
    against(
      '`authctl token ropo`, stored, against `curl \\| jq`',
      [...authctl, 'token', 'ropo'],
      curl,
    );
  }

  const callers = 100;
  const many = async (what, command, prepare = () => ({})) => {
    const ratios = [];
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const mine = await crowd(command, { env: { ...env, ...prepare() }, count: callers });
      const theirs = await crowd(bare, { env, count: callers });
      ratios.push(mine / theirs);
      times.push([mine, theirs]);
    }
    row(what, {
      ratio: quantile(ratios, 0.5),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
      a: quantile(
        times.map(([mine]) => mine),
        0.5,
      ),
      b: quantile(
        times.map(([, theirs]) => theirs),
        0.5,
      ),
    });
  };
  await many('100 callers of a stored token', [...authctl, 'token', 'ropo']);
  await many('100 callers of a session that is not there', [...authctl, 'token', 'ropo'], () => ({
    AUTHCTL_STATE_DIR: mkdtempSync(join(home, 'cold-')),
  }));

  writeFileSync(
    new URL('results.md', import.meta.url),
    `# Measurements

\`npm run bench\` on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'} (${platform()} ${arch()}), Node ${process.version},
${pairs} pairs a row, ${rounds} rounds of 100 processes. The ratio is to \`node -e 0\`, started the
same way in the same run, where the row does not name something else; it is the median over the
pairs, with the quartiles beside it. Milliseconds differ from machine to machine, ratios less so.

| what | ratio | quartiles | ms | ms of the other |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
} finally {
  sandbox.kill();
  rmSync(home, { recursive: true, force: true });
}
