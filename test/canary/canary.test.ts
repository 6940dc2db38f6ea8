/**
 * Every command × every verbosity, with distinctive secrets: they appear only in the requested output
 * and in the session store, never in other output, other files or arguments of a child process.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createProgram } from '../../src/cli/tree.ts';
import { providers } from '../../src/providers/index.ts';
import { jwt } from '../answers.ts';
import { accountNames, accounts, secret } from '../e2e/accounts.ts';
import { authctl, type Env, type Home, newHome, output, standalone } from '../e2e/harness.ts';
import { type Received, type Reply, serve } from '../e2e/servers.ts';
import { filesUnder, findSecret } from './search.ts';

const hour = Math.floor(Date.now() / 1000) + 3600;
const token = `${jwt({ sub: 'me', exp: hour })}-c4nary-t0ken`;
const refreshToken = `${jwt({ sub: 'me', exp: hour + 3600 })}-c4nary-r3fresh`;
const given = 'c4nary-giv3n-refresh-token';
const proxyPassword = 'c4nary-pr0xy"pass';
const secrets = { credential: secret, token, refreshToken, given, proxyPassword };
type Secret = keyof typeof secrets;

const account = accounts['datarhei by password'];
const unauthenticated = { app: 'datarhei-core', auths: ['localjwt'], version: {} };
const tokens = { access_token: token, refresh_token: refreshToken };
/** Accepts every login, refresh and verification. */
const good = serve(({ url }): Reply => {
  if (url === '/api') return { body: { ...unauthenticated, id: 'x', name: 'y' } };
  return { body: tokens };
});
/** Refuses everything, and echoes the request and the tokens. */
const bad = serve((request: Received): Reply => {
  const words = `${JSON.stringify(request)} ${request.body} ${token} ${refreshToken}`;
  return { status: 401, body: { ...tokens, code: 401, message: words, details: [words] } };
});
/** Fails with a server error, and echoes the request. */
const broken = serve((request) => ({ status: 500, body: `<p>${JSON.stringify(request)}</p>` }));

/** A command, and the secrets that it may print. */
interface Row {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Env | ((home: Home) => Env);
  /** Secrets that stdout may contain. */
  readonly prints?: readonly Secret[];
  /** Files that may contain the tokens, by their path in the home. */
  readonly writes?: RegExp;
  /** Whether options have to come before the command. */
  readonly bare?: true;
  /** 0 by default. */
  readonly exit?: number;
  /** The server in `<PROVIDER>_BASE_URL`; by default the stored session's. */
  readonly at?: ReturnType<typeof serve>;
}

const both: Pick<Row, 'prints'> = { prints: ['token', 'refreshToken'] };
const one: Pick<Row, 'prints'> = { prints: ['token'] };
const at = good;
const noKeychain = 8;

/** One that is down, with a key. */
const sharedStore = {
  AUTHCTL_STORE: 'redis://me@127.0.0.1:9',
  AUTHCTL_STORE_KEY: Buffer.alloc(32, 7).toString('base64'),
};

const rows: Readonly<Record<string, Row>> = {
  login: { args: ['login', 'datarhei'], at, ...one },
  'login, as JSON': { args: ['login', 'datarhei', '-o', 'json'], at, ...both },
  'login, for a shell': { args: ['login', 'datarhei', '--export', '--shell', 'sh'], at, ...both },
  'login, for curl': { args: ['login', 'datarhei', '-o', 'curl'], at, ...one },
  'login, for GitHub': {
    args: ['login', 'datarhei', '-o', 'github'],
    at,
    // Absolute, as the runner's is.
    env: (home) => ({ GITHUB_ENV: join(home.path, 'github-env') }),
    ...both,
    writes: /^github-env$/,
  },
  'login, for Azure': { args: ['login', 'datarhei', '-o', 'azure'], at, ...both },
  'login, into a file': {
    args: ['login', 'datarhei', '--out-file', 'token.txt'],
    at,
    writes: /^token\.txt$/,
  },
  'login, with the secret as a flag': {
    args: ['login', 'datarhei', '--username', 'me', '--password', secret, '--no-store'],
    at,
    ...one,
  },
  'login, with the secret on stdin': {
    args: ['login', 'datarhei', '--password-stdin'],
    stdin: `${secret}\n`,
    at,
    ...one,
  },
  'login, dry': { args: ['login', 'datarhei', '--dry-run'], at },
  'login, refused': { args: ['login', 'datarhei'], at: bad, exit: 4 },
  'login, at a broken server': { args: ['login', 'datarhei'], at: broken, exit: 5 },
  'login, through a proxy that is down': {
    args: ['login', 'datarhei', '--base-url', 'https://api.example', '--retries', '0'],
    env: { HTTPS_PROXY: `http://me:${encodeURIComponent(proxyPassword)}@127.0.0.1:9` },
    exit: 5,
  },
  'login, through a proxy that is not supported': {
    args: ['login', 'datarhei', '--base-url', 'https://api.example'],
    env: { HTTPS_PROXY: `socks5://me:${encodeURIComponent(proxyPassword)}@127.0.0.1:9` },
    exit: 2,
  },
  'login, to a URL with a password': {
    args: ['login', 'datarhei', '--base-url', `https://me:${encodeURIComponent(secret)}@a.example`],
    exit: 2,
  },
  'login, with a mistyped flag': { args: ['login', 'datarhei', `--passwort=${secret}`], exit: 2 },
  'login, without a provider': { args: ['login'], exit: 2 },
  'token, stored': { args: ['token', 'datarhei'], ...one },
  'token, renewed': { args: ['token', 'datarhei', '--min-ttl', '2h'], ...one },
  'token, refused': { args: ['token', 'datarhei', '--min-ttl', '2h'], at: bad, exit: 4 },
  refresh: { args: ['refresh'], ...one },
  'refresh, as JSON': { args: ['refresh', '-o', 'json'], ...both },
  'refresh, with a token as a flag': {
    args: ['refresh', '--refresh-token', given, '-o', 'json'],
    at,
    ...both,
  },
  'refresh, with a token from the environment that is refused': {
    args: ['refresh'],
    env: { DATARHEI_REFRESH_TOKEN: given },
    at: bad,
    exit: 4,
  },
  'token, dry': { args: ['token', 'datarhei', '--min-ttl', '2h', '--dry-run'] },
  'exec, dry': { args: ['exec', 'datarhei', '--min-ttl', '2h', '--dry-run', '--', 'true'] },
  'refresh, dry': { args: ['refresh', '--dry-run'] },
  verify: { args: ['verify', 'datarhei'] },
  'verify, with a token on stdin': {
    args: ['verify', 'datarhei', '--token-stdin'],
    stdin: token,
    at: bad,
    exit: 4,
  },
  'verify, dry': { args: ['verify', 'datarhei', '--dry-run'] },
  exec: { args: ['exec', 'datarhei', '--', process.execPath, '-e', ''] },
  'exec, refused': { args: ['exec', 'datarhei', '--', 'true'], at: bad, exit: 4 },
  status: { args: ['status'] },
  'status, as JSON': { args: ['status', '-o', 'json'] },
  'verify, as JSON': { args: ['verify', 'datarhei', '-o', 'json'] },
  doctor: { args: ['doctor', 'datarhei'], at },
  'doctor, as JSON': { args: ['doctor', '-o', 'json'], at },
  'profile list': { args: ['profile', 'list'] },
  inspect: { args: ['inspect', '--provider', 'datarhei'] },
  'inspect, as JSON': { args: ['inspect', '-', '-o', 'json'], stdin: token },
  'inspect, of an invalid token': { args: ['inspect', '-'], stdin: secret, exit: 2 },
  'credentials set': {
    args: ['credentials', 'set', 'datarhei', '--username', 'me', '--password-stdin'],
    stdin: secret,
    exit: noKeychain,
  },
  'credentials list': { args: ['credentials', 'list'] },
  'credentials delete': { args: ['credentials', 'delete', 'datarhei'] },
  'config get': { args: ['config', 'get', 'datarhei.password'], exit: 3 },
  'config set': { args: ['config', 'set', 'datarhei.username', 'me'] },
  'config set, of a secret': { args: ['config', 'set', 'datarhei.password', secret], exit: 2 },
  'config unset': { args: ['config', 'unset', 'datarhei.password'], exit: 3 },
  'config list': { args: ['config', 'list'] },
  'config path': { args: ['config', 'path'] },
  completion: { args: ['completion', 'bash'] },
  sandbox: { args: ['sandbox', '--', process.execPath, '-e', ''] },
  'provider list': { args: ['provider', 'list'] },
  'provider show': { args: ['provider', 'show', 'datarhei'] },
  'provider check': { args: ['provider', 'check', '-'], stdin: secret, exit: 9 },
  'provider add': { args: ['provider', 'add', '-', '--yes'], stdin: secret, exit: 9 },
  'provider remove': { args: ['provider', 'remove', 'datarhei'], exit: 2 },
  'provider test': { args: ['provider', 'test', 'datarhei'] },
  'provider test, real': { args: ['provider', 'test', 'datarhei', '--real'], at },
  'provider test, real, refused': {
    args: ['provider', 'test', 'datarhei', '--real'],
    at: bad,
    exit: 4,
  },
  'logout, at the server or not': { args: ['logout', 'datarhei', '--local'] },
  logout: { args: ['logout', 'datarhei', '--credentials'] },
  'logout, of everything': { args: ['logout', '--all'] },
  'store status': { args: ['store', 'status'], exit: 3 },
  'store status, of a store that is down': {
    args: ['store', 'status'],
    env: { ...sharedStore, AUTHCTL_STORE_PASSWORD: secret },
    exit: 8,
  },
  'token, from a store that is down': {
    args: ['token', 'datarhei', '--min-ttl', '2h'],
    env: { ...sharedStore, AUTHCTL_STORE: `redis://me:${encodeURIComponent(secret)}@127.0.0.1:9` },
    ...one,
  },
  'store key, of what is none': {
    args: ['store', 'key', 'reader'],
    env: { AUTHCTL_STORE_KEY: secret },
    exit: 3,
  },
  'an unknown command': { args: ['lgin', 'datarhei'], exit: 2 },
  'a completion': { args: ['__complete', 'profiles'], bare: true },
  help: { args: ['help', 'login'], bare: true },
};

const verbosities = [[], ['-q'], ['-v'], ['--error-format', 'json', '-v']] as const;

const hook = fileURLToPath(new URL('hook.cjs', import.meta.url));
const counts = { runs: 0, texts: 0, children: 0 };
afterAll(() => {
  // A search that looks at nothing would find nothing and pass.
  expect(counts.texts).toBeGreaterThan(3 * counts.runs);
  // The hook does not see the children of a standalone executable.
  if (standalone === undefined) expect(counts.children).toBeGreaterThan(0);
});

/** A home with a session, to be copied. */
const prepared = good.then(async ({ url }) => {
  const home = newHome();
  await output(['login', 'datarhei', '--base-url', url], { home, env: account.env });
  return home;
});

async function freshHome(): Promise<Home> {
  const home = newHome();
  cpSync((await prepared).path, home.path, { recursive: true });
  return home;
}

async function runWatched({ args, stdin, env, at, bare }: Row, verbosity: readonly string[]) {
  const home = await freshHome();
  const children = join(home.path, '.children');
  home.write('.children', '');
  const [command = '', ...rest] = args;
  const words = bare ? [...verbosity, ...args] : [command, ...verbosity, ...rest];
  const outcome = await authctl(words, {
    home,
    ...(stdin !== undefined && { stdin }),
    env: {
      ...account.env,
      ...(at && { DATARHEI_BASE_URL: (await at).url }),
      ...(typeof env === 'function' ? env(home) : env),
      NODE_OPTIONS: `--require=${hook}`,
      CANARY_CHILDREN: children,
    },
  });
  const files = filesUnder(home.path);
  const started = files.get('.children') ?? '';
  files.delete('.children');
  return { outcome, files, started };
}

/** Fails with the places and encodings of all secrets found. */
function expectClean(
  texts: ReadonlyMap<string, string>,
  allowed: (place: string) => readonly Secret[],
) {
  const found = [...texts].flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, value]) =>
      allowed(place).some((each) => each === name)
        ? []
        : findSecret(text, value).map((encoding) => `${place} has the ${name} ${encoding}`),
    ),
  );
  expect(found).toEqual([]);
}

describe.each(verbosities.map((each) => [each.join(' ') || 'default', each] as const))(
  '%s',
  (_, verbosity) => {
    test.concurrent.each(Object.entries(rows))('%s', async (_name, row) => {
      const { outcome, files, started } = await runWatched(row, verbosity);
      expect([outcome.code, outcome.stderr.includes('unexpected')]).toEqual([row.exit ?? 0, false]);
      const texts = new Map([
        ['stdout', outcome.stdout],
        ['stderr', outcome.stderr],
        ['the arguments of a child', started],
        ...files,
      ]);
      counts.runs += 1;
      counts.texts += texts.size;
      counts.children += started.split('\n').length - 1;
      expectClean(texts, (place) => {
        if (place === 'stdout') return row.prints ?? [];
        const stored = /^\.local\/state\/authctl\/sessions\/.*\.json$/.test(place);
        return stored || row.writes?.test(place) ? ['token', 'refreshToken'] : [];
      });
      // A text that contains only part of a secret would not be found.
      if (row.prints === undefined) expect(outcome.stdout).not.toMatch(/c4nary/i);
      expect(outcome.stderr).not.toMatch(/c4nary/i);
    });
  },
);

test.concurrent.each(accountNames)('a login leaks no secret: %s', async (name) => {
  const { provider, env, success } = accounts[name];
  const { url } = await serve(success('tok'));
  const home = newHome();
  const children = home.write('.children', '');
  const watched = { NODE_OPTIONS: `--require=${hook}`, CANARY_CHILDREN: children };
  const outcome = await authctl(['login', provider, '-v', '--base-url', url], {
    home,
    env: { ...env, ...watched },
  });
  expect([outcome.code, outcome.stdout]).toEqual([0, 'tok\n']);
  expectClean(new Map([['stderr', outcome.stderr], ...filesUnder(home.path)]), () => []);
});

test('every command is in the table', () => {
  const nothing = () => {
    throw new Error('no command is run');
  };
  const parts = { providers, version: '0', open: nothing, print: nothing, exit: nothing };
  const names = createProgram(parts).commands.flatMap((command) => {
    const own = command.commands.map((each) => each.name());
    const isGroup = ['credentials', 'config'].includes(command.name());
    return isGroup ? own.map((each) => `${command.name()} ${each}`) : [command.name()];
  });
  const here = Object.values(rows).map(({ args }) => args.join(' '));
  expect(names.filter((name) => !here.some((line) => line.startsWith(name)))).toEqual([]);
});

test('the search finds every encoding', () => {
  for (const value of Object.values(secrets)) {
    const encoded = [
      `x${value}x`,
      JSON.stringify({ a: value }),
      `?a=${encodeURIComponent(value)}`,
      new URLSearchParams({ a: value }).toString(),
      ...['', 'u', 'us'].map((user) => Buffer.from(`${user}:${value}!`).toString('base64')),
      Buffer.from(`:${value}!`).toString('base64url'),
      Buffer.from(value).toString('hex').toUpperCase(),
    ];
    for (const text of encoded) expect([text, findSecret(text, value)]).not.toEqual([text, []]);
  }
});
