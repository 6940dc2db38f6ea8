/** Uses a declaration like a user: adds it, and asks the real server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import {
  authctl,
  type Env,
  type Home,
  newHome,
  type Outcome,
  project,
  run,
} from '../e2e/harness.ts';

/** What is added, and for which server. */
interface Declared {
  readonly url: string;
  readonly env: Env;
  /** The path of the declaration; by default that of the provider's in the catalogue. */
  readonly file?: string;
  /** Changes the text of the declaration. */
  readonly edit?: ((text: string) => string) | undefined;
}

/** A home in which a provider was added. */
export interface Account {
  readonly home: Home;
  /** What `provider add` said, a line each. */
  readonly told: readonly string[];
  /** Runs `authctl <command> <provider> <args>` with the credentials. */
  readonly authctl: (
    command: string,
    args?: readonly string[],
    options?: { readonly env?: Env; readonly stdin?: string },
  ) => Promise<Outcome>;
  /** As `authctl`, for a run that must succeed: its stdout, less the line end. */
  readonly output: (command: string, args?: readonly string[], env?: Env) => Promise<string>;
  /** Calls a URL with the token, by a config for curl from `-o curl`, or a header from `-o header`. */
  readonly curl: (how: 'curl' | 'header', ...args: readonly string[]) => Promise<string>;
  /** The token set of the only session that is stored. */
  readonly stored: () => Readonly<Record<string, unknown>>;
}

/** Adds a provider in a new home. */
export async function addProvider(
  name: string,
  { url, env, file = `catalogue/${name}.yaml`, edit }: Declared,
): Promise<Account> {
  const home = newHome();
  home.setConfig({ [name]: { base_url: url } });
  const path = join(project, file);
  const stdin = edit?.(readFileSync(path, 'utf8'));
  const added = await authctl(
    ['provider', 'add', ...(stdin === undefined ? [path] : ['-', '--name', name]), '--yes'],
    { home, ...(stdin !== undefined && { stdin }) },
  );
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(`/providers/${name}.`) });
  const call: Account['authctl'] = (command, args = [], options = {}) =>
    authctl([...command.split(' '), name, ...args], {
      home,
      ...options,
      env: { ...env, ...options.env },
    });
  const output: Account['output'] = async (command, args, more = {}) => {
    const { stdout, stderr, code } = await call(command, args, { env: more });
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trimEnd();
  };
  return {
    home,
    told: added.stderr.replaceAll(/^authctl: /gm, '').split('\n'),
    authctl: call,
    output,
    curl: async (how, ...args) => {
      const stdin = await output('token', ['-o', how]);
      const token = how === 'curl' ? ['--config', '-'] : ['--header', '@-'];
      const { code, stdout, stderr } = await run(['curl', '-q', '-sS', ...token, ...args], {
        home,
        stdin,
      });
      expect([code, stderr]).toEqual([0, '']);
      return stdout;
    },
    stored: () => {
      const [path = '', ...others] = home.sessions();
      expect(others).toEqual([]);
      return JSON.parse(readFileSync(path, 'utf8')).token_set;
    },
  };
}

/** Checks that the token comes from the store: the server could not have answered. */
export async function expectStored(
  server: { whileStopped<T>(task: () => Promise<T>): Promise<T> },
  { output }: Account,
  token: string,
): Promise<void> {
  const printed = await server.whileStopped(() =>
    output('token', ['-o', 'json', '--timeout', '5s', '--retries', '0']),
  );
  expect(JSON.parse(printed)).toMatchObject({ token, source: 'store' });
}

/** What `provider test --real` did. */
interface Trial {
  readonly code: number | null;
  /** `ok` or `failed`, by the step. */
  readonly steps: Readonly<Record<string, string>>;
  readonly text: string;
  /** What was sent and answered, as it is saved for a bug report. */
  readonly fixture: string;
}

/** Runs `provider test --real`. It stores nothing. */
export async function trial({ home, authctl }: Account, env: Env = {}): Promise<Trial> {
  const before = home.sessions();
  const path = join(home.path, 'fixture.json');
  const args = ['--real', '--save-fixture', path, '-q'];
  const { code, stdout: text, stderr } = await authctl('provider test', args, { env });
  expect(stderr).toBe('');
  expect(home.sessions()).toEqual(before);
  const found = text.matchAll(/^(\w+): (ok|failed)$/gm);
  const steps = Object.fromEntries([...found].map(([, name = '', how = '']) => [name, how]));
  return { code, steps, text, fixture: readFileSync(path, 'utf8') };
}
