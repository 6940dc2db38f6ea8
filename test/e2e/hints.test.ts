/** Every command in a hint, pasted into a shell, is one that authctl takes, and means what the hint was for. */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import { providers } from '../../src/providers/index.ts';
import { accounts } from './accounts.ts';
import { authctl, type Env, type Home, newHome, run } from './harness.ts';
import { serve } from './servers.ts';

/** A command line that fails, and the hint that it gives. */
interface Situation {
  readonly args: readonly string[];
  readonly hint: string;
  readonly env?: Env;
  readonly config?: unknown;
  readonly stdin?: string;
  /** Files in the config directory. */
  readonly files?: Readonly<Record<string, string>>;
}

const { ropo } = accounts;
const origin = 'https://ropo24.se';
const clear = { profiles: { work: { ropo: { apicode: 'plain' } } } };
const valid = `version: 1
title: Host
environments: [{ name: live, baseUrl: "https://{tenant}.host.example" }]
fields: [{ name: tenant, label: T, secret: false }, { name: password, label: P, secret: true }]
login: [{ fields: [tenant, password], request: { method: POST, path: /login, json: { p: "{password}" } } }]
answer: { token: { header: token } }
use: { header: Authorization, value: "Bearer {token}" }
`;
const renewed = `${valid}refresh: { request: { method: POST, path: /refresh, json: { t: "{token}" } } }\n`;

const situations: readonly Situation[] = [
  { args: ['--nope'], hint: 'authctl --help' },
  { args: ['token', 'ropo'], hint: 'authctl help credentials' },
  {
    args: ['token', 'ropo'],
    env: { ROPO_APICODE: 'x' },
    hint: 'authctl help credentials',
  },
  {
    args: ['token', 'ropo', '-p', 'work', '-e', 'se'],
    env: { ROPO_APICODE: 'x' },
    hint: 'authctl help credentials',
  },
  { args: ['token', 'pegase3'], hint: 'authctl help credentials' },
  {
    args: ['login', 'pegase3', '-p', 'work'],
    hint: 'authctl help credentials',
  },
  {
    args: ['exec', 'pegase3', '--', 'true'],
    hint: 'authctl help credentials',
  },
  {
    args: ['refresh', 'datarhei', '--refresh-token-stdin'],
    stdin: 'x',
    config: { datarhei: { environment: 'nope' } },
    hint: 'it has local',
  },
  {
    args: ['token', 'host', '-e', 'live'],
    files: { 'providers/host.yaml': valid },
    hint: 'authctl help credentials',
  },
  {
    args: ['token', 'host'],
    files: { 'providers/host.yaml': valid },
    hint: 'authctl help credentials',
  },
  { args: ['verify', 'netnut', '-p', 'work'], hint: 'authctl login netnut --profile work' },
  {
    args: ['verify', 'datarhei', '--base-url', 'https://core.example/x'],
    hint: 'authctl login datarhei --base-url https://core.example/x',
  },
  { args: ['refresh', 'ropo', '-e', 'se'], hint: 'authctl login ropo -e se' },
  { args: ['refresh', 'datarhei'], hint: 'authctl login datarhei' },
  {
    args: ['refresh'],
    files: { 'providers/host.yaml': renewed },
    hint: 'authctl refresh datarhei',
  },
  { args: ['exec', 'ropo', '--'], hint: 'authctl exec ropo --help' },
  { args: ['logout'], hint: 'authctl status' },
  { args: ['inspect', 'ropo'], hint: 'authctl inspect --provider ropo' },
  { args: ['provider', 'remove', 'nope'], hint: 'authctl provider list' },
  { args: ['provider', 'new'], hint: 'authctl provider import --help' },
  { args: ['config', 'get', 'ropo.cid'], hint: 'authctl help credentials' },
  {
    args: ['config', 'get', 'ropo.apicode', '-p', 'work'],
    hint: 'authctl help credentials',
  },
  {
    args: ['config', 'get', `ropo.servers.${origin}.cid`],
    hint: 'authctl help credentials',
  },
  {
    args: ['config', 'get', 'ropo.cid'],
    config: { ropo: { servers: { [origin]: { cid: '1' } } } },
    hint: `authctl config get ropo.servers.${origin}.cid`,
  },
  {
    args: ['config', 'unset', 'ropo.apicode', '-p', 'work'],
    config: {
      profiles: { work: { ropo: { servers: { [origin]: { apicode: { command: 'x' } } } } } },
    },
    hint: `authctl config unset profiles.work.ropo.servers.${origin}.apicode`,
  },
  {
    args: ['config', 'set', 'ropo.apicode', 'x'],
    hint: 'authctl help credentials',
  },
  { args: ['config', 'set', 'ropo.cid'], hint: 'authctl config set --help' },
  { args: ['config', 'set', 'ropo.cid', ''], hint: 'authctl config unset ropo.cid' },
  {
    args: ['config', 'set', 'pegase3.environment', 'x'],
    hint: 'authctl help credentials',
  },
  {
    args: ['config', 'get', 'ropo.base_url'],
    config: { ropo: { base_url: 'https://a:b@c.example' } },
    hint: 'authctl help credentials',
  },
  {
    args: ['token', 'ropo', '-p', 'work'],
    config: clear,
    hint: 'authctl config unset profiles.work.ropo.apicode',
  },
  {
    args: ['token', 'ropo'],
    config: { ropo: { base_url: 'https://a.example', environment: 'fi' } },
    hint: 'authctl config unset ropo.base_url',
  },
  {
    args: ['token', 'ropo'],
    config: { ropo: { cid: '1', apicode: { command: 'exit 3' } } },
    hint: 'authctl config get ropo.apicode',
  },
  {
    args: ['credentials', 'set', 'ropo', '-e', 'se', '--apicode-stdin'],
    stdin: 'x',
    hint: 'authctl help credentials',
  },
  {
    args: ['credentials', 'set', 'pegase3', '--user-name', 'jo'],
    hint: 'authctl help credentials',
  },
  {
    args: ['token', 'ropo'],
    env: { AUTHCTL_STORE: 'redis://127.0.0.1:9' },
    hint: 'authctl store key new',
  },
  {
    args: ['store', 'status'],
    config: { store: { url: { command: 'true' } } },
    hint: 'authctl config list',
  },
  {
    args: ['store', 'status'],
    config: { store: { url: 'redis://127.0.0.1:9', key: 'plain' } },
    hint: 'authctl config unset store.key',
  },
  {
    args: ['store', 'status'],
    config: { store: { url: 'redis://127.0.0.1:9', key_file: '/none', password: 'plain' } },
    hint: 'authctl config unset store.password',
  },
  {
    args: ['config', 'set', 'store.url', 'redis://:secret@127.0.0.1:9'],
    hint: 'authctl store password',
  },
  {
    args: ['token', 'ropo', '--unset', '-o', 'json'],
    hint: 'authctl token ropo --unset',
  },
];

/** Runs a command line in a home, as a user would who has pasted it: authctl is a program on PATH. */
async function paste(command: string, home: Home, env: Env) {
  const program = home.write('authctl', '#!/bin/sh\nexec "$NODE" "$AUTHCTL" "$@"\n');
  chmodSync(program, 0o755);
  const PATH = [dirname(program), process.env['PATH']].join(delimiter);
  return run(['sh', '-c', command], { home, env: { ...env, PATH } });
}

test.each(situations)('$hint', async ({ args, hint, env = {}, config, stdin, files = {} }) => {
  const home = newHome();
  if (config !== undefined || Object.keys(files).length > 0) home.setConfig(config ?? {});
  for (const [name, text] of Object.entries(files)) {
    await run(['install', '-D', '-m', '600', home.write('f', text), `.config/authctl/${name}`], {
      home,
    });
  }
  const { url } = await serve(ropo.success('tok'));
  const more = { PEGASE3_API_URL: url, ...env };
  const failed = await authctl(args, { home, env: more, ...(stdin !== undefined && { stdin }) });
  expect(failed.stdout).toBe('');
  expect(failed.stderr.split('\n').filter((line) => line.startsWith('hint: '))).toEqual([
    `hint: ${hint}`,
  ]);
  if (!hint.startsWith('authctl ')) return;
  const pasted = await paste(hint, home, more);
  expect(pasted.stderr).not.toMatch(/unknown|not the name of|syntax error|not found/i);
  expect(pasted.code).not.toBe(2);
});

const recorded = process.env['AUTHCTL_TEST_HINTS'];

/** `AUTHCTL_TEST_HINTS=/tmp/hints npm test -- test/e2e`, and again with test/e2e/hints alone. */
(recorded && existsSync(recorded) ? test : test.skip)(
  'so are those that the suite met',
  async () => {
    const lines = readFileSync(recorded ?? '', 'utf8').split('\n');
    const bad: string[] = [];
    for (const line of new Set(lines)) {
      const hint = line.replace(/^hint: /, '');
      // A provider of the test that met it is not declared here.
      const isOurs = providers.some(({ name }) => new RegExp(`[ .]${name}\\b`).test(hint));
      if (!isOurs) continue;
      const { code, stderr } = await paste(hint, newHome(), {});
      const isUsage = code === 2;
      if (isUsage || /unknown|syntax error|not found/i.test(stderr)) bad.push(`${hint}: ${stderr}`);
    }
    expect(bad).toEqual([]);
  },
  600_000,
);

test('these are the hints of the source', () => {
  const listed = readFileSync('docs/messages.txt', 'utf8')
    .split('\n\n')
    // Help has examples, which test/e2e/help.test.ts runs.
    .filter((part) => !/^src\/cli\/(manual|help|topics|layout|tree|grammar)/.test(part))
    .flatMap((part) => [...part.matchAll(/^ {2}(authctl .*)$/gm)].map(([, text = '']) => text));
  // Those that need a terminal, a keychain, a broken declaration, or another helper's place to be met.
  const elsewhere = [
    /config set/,
    /provider (check|add)/,
    /credentials set/,
    /inspect/,
    /sandbox/,
    /completion|doctor/,
    // With a store that several machines share: test/e2e/fleet.test.ts.
    /logout .* --local|store (status|key (reader|rotate))/,
  ];
  const patterns = listed
    .filter((text) => !elsewhere.some((each) => each.test(text)))
    .map((text) => ({
      text,
      pattern: new RegExp(
        `^${text
          .split(/\{(?:[^{}]|\{[^{}]*\})*\}/)
          .map((part) => part.replace(/[.*+?^$()[\]\\|/{}]/g, '\\$&'))
          .join('.*')}$`,
      ),
    }));
  const missed = patterns.filter(
    ({ pattern }) => !situations.some(({ hint }) => pattern.test(hint)),
  );
  expect(missed.map(({ text }) => text)).toEqual([]);
});
