/**
 * Measures a fleet with real processes on a real server, each process with a home of its own:
 * `node bench/fleet.js`, after a build. Needs redis-server and openssl. Prints what it writes to fleet.md.
 *
 * BENCH_CLIENTS sets the numbers of clients (1,100,1000), BENCH_AT_ONCE how many run at a time (200),
 * BENCH_WAITING how many wait for a holder that is killed (100), BENCH_PAIRS the pairs of runs (30).
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from './pairs.js';

const numbers = (name, usual) => (process.env[name] ?? usual).split(',').map(Number);
const sizes = numbers('BENCH_CLIENTS', '1,100,1000');
const [atOnce = 200] = numbers('BENCH_AT_ONCE', '200');
const [waiting = 100] = numbers('BENCH_WAITING', '100');
const [pairs = 30] = numbers('BENCH_PAIRS', '30');
/** Milliseconds that the vendor takes for a login. */
const loginTime = 2000;

const launcher = fileURLToPath(new URL('../bin/authctl.cjs', import.meta.url));
/** In memory, where there is such a place: machines do not share a disk, which each process flushes. */
const memory = '/dev/shm';
const directory = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'authctl-fleet-'));
const ports = { plain: 7941, tls: 7942, vendor: 7943 };
/** What a client sends: what the scripts do on the server is counted as theirs. */
const counted = ['eval', 'evalsha', 'xread', 'auth', 'select'];

const lines = [];
const say = (line) => {
  console.log(line);
  lines.push(line);
};

let logins = 0;
let answeredAt = 0;
let isOpen = true;
const vendor = createServer((request, response) => {
  request.resume().on('end', () => {
    logins += 1;
    const own = logins;
    setTimeout(() => {
      if (!isOpen) return;
      answeredAt = performance.now();
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ token: `token-${own}` }));
    }, loginTime);
  });
});

const server = startStore();
try {
  await new Promise((resolve) => vendor.listen(ports.vendor, '127.0.0.1', resolve));
  await until(() => redis('PING') === 'PONG');
  say('# A fleet, measured\n');
  say(
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}, ${redis('INFO', 'server').match(/redis_version:(\S+)/)?.[1]} on loopback; the machine had a load of ${loadavg()[0]?.toFixed(0)} from others. Each client is a process with a home of its own. Written by \`bench/fleet.js\`.\n`,
  );
  await measureCrowds();
  await measureDeaths();
  await measureCost();
  writeFileSync(new URL('fleet.md', import.meta.url), `${lines.join('\n')}\n`);
} finally {
  server.kill('SIGKILL');
  vendor.closeAllConnections();
  vendor.close();
  rmSync(directory, { recursive: true, force: true });
}

async function measureCrowds() {
  say(
    `## Clients that need one token, at ${atOnce} at a time; a login takes ${loginTime / 1000} s\n`,
  );
  say(
    '| clients | connection | logins | commands a client | last served after the answer | wall | as many `node -e 0` | ratio |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const count of sizes) {
    const bare = await crowd(count, () => ({ args: ['-e', '0'], env: {} }));
    for (const tls of count < 1000 ? [false] : [false, true]) {
      const env = forget(tls);
      const { took, last } = await crowd(count, (index) => client(env, `c${index}`));
      const commands = counted.reduce((sum, name) => sum + calls(name), 0);
      say(
        `| ${count} | ${tls ? 'TLS' : 'plain'} | ${logins} | ${(commands / count).toFixed(2)} | ${Math.round(last - answeredAt)} ms | ${(took / 1000).toFixed(1)} s | ${(bare.took / 1000).toFixed(1)} s | ${(took / bare.took).toFixed(2)} |`,
      );
    }
  }
  say('');
}

async function measureDeaths() {
  say(`## A holder that is killed while it asks, ${waiting} waiting\n`);
  say('| lease | logins after it | all served after |');
  say('| --- | --- | --- |');
  for (const lease of ['10s', '5s']) {
    const env = forget(false);
    const config = join(directory, 'config');
    execFileSync('mkdir', ['-p', config]);
    writeFileSync(join(config, 'config.json'), JSON.stringify({ store: { lease } }), {
      mode: 0o600,
    });
    const own = { ...env, AUTHCTL_CONFIG_DIR: config };
    isOpen = false;
    const holder = run(client(own, 'holder'));
    await until(() => logins === 1);
    const others = Promise.all(
      Array.from({ length: waiting }, (_, index) => run(client(own, `w${index}`)).ended),
    );
    await new Promise((resolve) => setTimeout(resolve, 6000));
    isOpen = true;
    logins = 0;
    const start = performance.now();
    holder.child.kill('SIGKILL');
    await others;
    say(`| ${lease} | ${logins} | ${((performance.now() - start) / 1000).toFixed(1)} s |`);
  }
  say('');
}

/** The cost of the store in a whole process, which finds a token there and nothing on the machine. */
async function measureCost() {
  say('## A whole process, against `node -e 0`\n');
  say('| what | median | quartiles |');
  say('| --- | --- | --- |');
  const bare = [process.execPath, '-e', '0'];
  const line = [process.execPath, launcher, 'token', 'ropo', '-q'];
  const row = (what, command, env) => {
    const { ratio, low, high } = compare(command, bare, { env, pairs });
    say(`| ${what} | ${ratio.toFixed(2)} | ${low.toFixed(2)}–${high.toFixed(2)} |`);
  };
  for (const tls of [false, true]) {
    const env = forget(tls);
    const first = client(env, 'first');
    await run(first).ended;
    // A state directory that cannot be used: each run is one of a new machine.
    const fresh = { ...first.env, AUTHCTL_STATE_DIR: '/dev/null/none' };
    row(`\`token\`, from the store, ${tls ? 'TLS' : 'plain'}`, line, fresh);
    if (!tls) row('`token`, stored on the machine', line, first.env);
  }
  say('');
}

/** Empties the store, and what is counted. @returns the environment of a machine */
function forget(tls) {
  redis('FLUSHALL');
  redis('CONFIG', 'RESETSTAT');
  logins = 0;
  return {
    PATH: process.env.PATH,
    AUTHCTL_STORE: tls ? `rediss://127.0.0.1:${ports.tls}/0` : `redis://127.0.0.1:${ports.plain}/0`,
    AUTHCTL_STORE_CACERT: join(directory, 'cert.pem'),
    AUTHCTL_STORE_KEY: Buffer.alloc(32, 7).toString('base64'),
    AUTHCTL_NO_KEYCHAIN: '1',
    ROPO_CID: '1',
    ROPO_APICODE: 'secret',
    ROPO_BASE_URL: `http://127.0.0.1:${ports.vendor}`,
  };
}

function client(env, name) {
  const home = join(
    directory,
    `${name}-${logins}-${env.AUTHCTL_STORE.length}-${performance.now()}`,
  );
  const args = [launcher, 'token', 'ropo', '-q', '--timeout', '2m'];
  return { args, env: { ...env, HOME: home, AUTHCTL_STATE_DIR: join(home, 'state') } };
}

function run({ args, env }) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(performance.now());
      else reject(new Error(`a client ended with ${code ?? signal}`));
    });
  });
  return { child, ended };
}

/** Runs many, some at a time. @returns the milliseconds that it took, and when the last one ended */
async function crowd(count, make) {
  const start = performance.now();
  let next = 0;
  let last = 0;
  const worker = async () => {
    while (next < count) last = Math.max(last, await run(make(next++)).ended);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
  return { took: performance.now() - start, last };
}

function startStore() {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=store'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'ignore' },
  );
  const args = [
    ...['--port', `${ports.plain}`, '--tls-port', `${ports.tls}`, '--tls-cert-file', cert],
    ...['--tls-key-file', key, '--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'],
    ...['--save', '', '--dir', directory],
  ];
  return spawn('redis-server', args, { stdio: 'ignore' });
}

function redis(...words) {
  try {
    return execFileSync('redis-cli', ['-p', `${ports.plain}`, ...words], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return '';
  }
}

function calls(name) {
  const found = redis('INFO', 'commandstats').match(
    new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm'),
  );
  return Number(found?.[1] ?? 0);
}

async function until(isSo) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
