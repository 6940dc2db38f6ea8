import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readLine } from '../../src/launcher/line.ts';
import { warmToken } from '../../src/launcher/warm.ts';
import { jwt } from '../answers.ts';
import {
  authctl,
  bin,
  type Env,
  environment,
  type Home,
  newHome,
  program,
  project,
  run,
} from './harness.ts';
import { serve, type TestServer } from './servers.ts';
import { age, changeStored } from './stored.ts';

/** A command line in a home with a session of ropo, and whether launcher or program prints the token. */
interface Case {
  readonly title: string;
  readonly by: 'launcher' | 'program';
  readonly args?: readonly string[];
  readonly env?: Env;
  readonly prepare?: (home: Home) => void;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

let server: TestServer;
beforeAll(async () => {
  const now = Math.floor(Date.now() / 1000);
  server = await serve({ status: 201, body: { token: jwt({ iat: now, exp: now + 7200 }) } });
});

const login = async (home: Home, args: readonly string[] = [], env: Env = {}) => {
  const given = ['login', 'ropo', '--cid', '1', '--apicode-stdin', '--base-url', server.url];
  const { code } = await authctl([...given, ...args], { home, env, stdin: 'canary' });
  expect(code).toBe(0);
};

const cases: readonly Case[] = [
  { title: 'a fresh session', by: 'launcher' },
  { title: 'the account in a variable', by: 'launcher', env: { ROPO_CID: '1' } },
  { title: 'a secret in a variable', by: 'launcher', env: { ROPO_APICODE: 'canary' } },
  { title: 'another account in a variable', by: 'program', env: { ROPO_CID: '2' } },
  { title: 'an empty variable', by: 'launcher', env: { ROPO_CID: '' } },
  {
    title: 'the account in the config',
    by: 'launcher',
    prepare: (home) => home.setConfig({ ropo: { cid: '1' } }),
  },
  {
    title: 'a config with Windows line ends',
    by: 'launcher',
    prepare: (home) => home.setConfig('{\r\n  "ropo": { "cid": "1" }\r\n}\r\n'),
  },
  {
    title: 'another account in the config',
    by: 'program',
    prepare: (home) => home.setConfig({ ropo: { cid: '2' } }),
  },
  {
    title: 'the account in the config, for the server of the session',
    by: 'launcher',
    prepare: (home) =>
      home.setConfig({
        ropo: { servers: { [server.url]: { cid: '1' }, 'https://ropo24.fi': { cid: '2' } } },
      }),
  },
  {
    title: 'another account in the config, for the server of the session',
    by: 'program',
    prepare: (home) => home.setConfig({ ropo: { servers: { [server.url]: { cid: '2' } } } }),
  },
  {
    title: 'a plain account in the config beside that of the server',
    by: 'launcher',
    prepare: (home) =>
      home.setConfig({ ropo: { cid: '2', servers: { [server.url]: { cid: '1' } } } }),
  },
  {
    title: 'settings of servers that are none',
    by: 'program',
    prepare: (home) => home.setConfig({ ropo: { servers: { [server.url]: '1' } } }),
  },
  {
    title: 'a file with a secret',
    by: 'program',
    env: { ROPO_APICODE_FILE: '/dev/null' },
  },
  {
    title: 'a directory of credentials',
    by: 'program',
    env: { CREDENTIALS_DIRECTORY: '/nowhere' },
  },
  {
    title: 'a token that was rejected',
    by: 'program',
    args: ['token', 'ropo', '--rejected', '--dry-run'],
    env: { ROPO_CID: '1', ROPO_APICODE: 'canary' },
  },
  { title: 'a broken config', by: 'program', prepare: (home) => home.setConfig('{') },
  {
    title: 'a base URL and an environment in the config',
    by: 'program',
    prepare: (home) => home.setConfig({ ropo: { base_url: 'https://a.b', environment: 'fi' } }),
  },
  {
    title: 'another base URL in a variable',
    by: 'program',
    env: { ROPO_BASE_URL: 'http://127.0.0.1:9', ROPO_APICODE: 'canary', ROPO_CID: '1' },
  },
  { title: 'an unknown environment', by: 'program', env: { ROPO_ENVIRONMENT: 'nope' } },
  { title: 'a base URL that is refused', by: 'program', env: { ROPO_BASE_URL: 'http://a.test' } },
  { title: 'an expired session', by: 'program', prepare: (home) => age(home, 8000) },
  {
    title: 'a session from the future',
    by: 'program',
    prepare: (home) => age(home, -8000),
  },
  {
    title: 'a session of unknown lifetime that just came',
    by: 'launcher',
    prepare: (home) => changeStored(home, () => ({ lifetime: null })),
  },
  {
    title: 'a damaged session',
    by: 'program',
    prepare: (home) => {
      for (const path of home.sessions()) writeFileSync(path, '{"version":1');
    },
  },
  {
    title: 'a session that others can read',
    by: 'program',
    prepare: (home) => {
      for (const path of home.sessions()) chmodSync(path, 0o644);
    },
  },
  {
    title: 'no home directory',
    by: 'program',
    env: { HOME: '', AUTHCTL_CONFIG_DIR: '/nowhere', ROPO_CID: '1' },
  },
  { title: 'JSON', by: 'program', args: ['token', 'ropo', '-o', 'json', '--min-ttl', '3h'] },
  { title: 'verbose', by: 'program', args: ['token', 'ropo', '-v'] },
  { title: 'quiet', by: 'launcher', args: ['token', '-q', 'ropo'] },
  { title: 'no questions', by: 'launcher', args: ['token', 'ropo', '--no-input', '--no-keychain'] },
  { title: 'a profile without a session', by: 'program', args: ['token', 'ropo', '-p', 'work'] },
  { title: 'the profile by name', by: 'launcher', args: ['token', '--profile', 'default', 'ropo'] },
  { title: 'a profile by a variable', by: 'program', env: { AUTHCTL_PROFILE: 'work' } },
  { title: 'an impossible profile', by: 'program', args: ['token', 'ropo', '-p', 'a/b'] },
  { title: 'a profile that is missing', by: 'program', args: ['token', 'ropo', '-p'] },
  { title: 'an unknown flag', by: 'program', args: ['token', 'ropo', '--nope'] },
  { title: 'an argument too many', by: 'program', args: ['token', 'ropo', 'ropo'] },
  { title: 'an unknown provider', by: 'program', args: ['token', 'nope'] },
  { title: 'no provider', by: 'program', args: ['token'] },
  { title: 'help', by: 'program', args: ['token', 'ropo', '--help'] },
  { title: 'help on everything', by: 'program', args: ['--help'] },
  { title: 'help on everything, in short', by: 'program', args: ['-h'] },
  { title: 'help on everything, and more', by: 'program', args: ['--help', 'login'] },
  { title: 'the version', by: 'program', args: ['--version'] },
  { title: 'the version, in short', by: 'program', args: ['-V'] },
];

describe('launcher and program print the same bytes:', () => {
  test.concurrent.each(cases.map((each) => [each.title, each] as const))(
    '%s',
    async (_title, { by, args = ['token', 'ropo'], env = {}, prepare }) => {
      const worlds = await Promise.all(
        [bin, 'program'].map(async (which) => {
          const home = newHome();
          await login(home);
          prepare?.(home);
          const whole = environment(home, { ROPO_APICODE: undefined, ...env });
          const taken = warmToken(readLine(args), {
            env: whole,
            platform: process.platform,
            uid: process.getuid?.(),
            now: Date.now,
            version,
          });
          expect(taken === undefined ? 'program' : 'launcher').toBe(by);
          const command = which === bin ? program : [process.execPath, programAlone(home)];
          const outcome = await run([...command, ...args], { home, env });
          return { ...outcome, stderr: outcome.stderr.replaceAll(home.path, '~') };
        }),
      );
      // The sessions of the two homes differ in their times.
      const [launched, direct] = worlds.map((world) => withoutTimes(JSON.stringify(world)));
      expect(launched).toBe(direct);
    },
  );

  test('through a symbolic link on PATH', async () => {
    const home = newHome();
    await login(home);
    mkdirSync(join(home.path, 'bin'));
    symlinkSync(bin, join(home.path, 'bin/authctl'));
    const { PATH } = process.env;
    const { code, stdout } = await run(['authctl', 'token', 'ropo'], {
      home,
      env: { PATH: `${join(home.path, 'bin')}:${PATH}` },
    });
    expect({ code, parts: stdout.split('.').length }).toEqual({ code: 0, parts: 3 });
  });
});

test('an API key in a variable is left to the program, since its account is a fingerprint', async () => {
  const env = { HOME: '/nowhere', VERBIT_API_KEY: 'canary' };
  const { platform } = process;
  const world = { env, platform, uid: undefined, now: () => 0, version };
  expect(warmToken(readLine(['token', 'verbit']), world)).toBeUndefined();
});

/** Creates a file that starts the program without the launcher. */
function programAlone(home: Home): string {
  const dist = join(project, 'dist');
  const text = `require(${JSON.stringify(join(dist, 'authctl.cjs'))}).start(${JSON.stringify(dist)})`;
  return home.write('program.cjs', text);
}

function withoutTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'then')
    .replace(/"expires_in\\": \d+/g, 'soon')
    .replace(/ in [\d.]+ s\b/g, ' soon');
}
