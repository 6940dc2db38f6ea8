/** Help: what it says of every command, that its examples run, and that its topics are those of the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/tree.ts';
import { variablesRead } from '../../src/declaration/variables.ts';
import { exitCodes } from '../../src/errors.ts';
import { formats } from '../../src/output/formats.ts';
import { shells } from '../../src/output/shells.ts';
import { providers } from '../../src/providers/index.ts';
import { inSandbox } from '../docs/sandboxed.ts';
import { describeWith } from '../parts.ts';
import {
  type SecretService,
  secretServiceParts,
  withSecretService,
} from '../real/secret-service.ts';
import { failure, newHome, output, project, run } from './harness.ts';
import { serve } from './servers.ts';
import { atTerminal } from './terminal.ts';

const names = providers.map(({ name }) => name);
const program = createProgram({
  providers,
  version: '',
  open: () => {
    throw new Error('no command is run');
  },
  print: () => {},
});

/** The words of every command that help lists, with those of its providers. */
function pathsBelow(command: Command, above: readonly string[] = []): string[][] {
  return command
    .createHelp()
    .visibleCommands(command)
    .flatMap((each) => {
      const path = [...above, each.name()];
      return [path, ...pathsBelow(each, path)];
    });
}
const paths = pathsBelow(program);
const isOfProvider = (path: readonly string[]) => names.includes(path.at(-1) ?? '');

/** The lines below a heading of a command's help. */
function section(help: string, heading: string): readonly string[] {
  const text = help.split(`\n${heading}:\n`)[1]?.split('\n\n')[0] ?? '';
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const examplesOf = (help: string) => section(help, 'Examples');

describe('of every command', () => {
  test.concurrent.each(paths.map((path) => [path]))('%j', async (path) => {
    const help = await output([...path, '--help']);
    const [usage, , sentence] = help.split('\n');
    expect(usage).toMatch(new RegExp(`^Usage: authctl ${path.join(' ')}`));
    expect(sentence).toMatch(/^[A-Z]/);
    expect(examplesOf(help)).toHaveLength(2);
    expect(section(help, 'Global options').join('\n')).toContain('--help');
    expect(section(help, 'Exit codes')[0]).toMatch(/^0 done, /);
    expect(section(help, 'Read on').join('\n')).toMatch(
      /^authctl help <topic>: [a-z-]+.*\nhttps:\/\/github\.com\/authctl\/authctl\/blob\/main\//,
    );
    if (isOfProvider(path) && section(help, 'Server').length > 0)
      expect(section(help, 'Variables')[0]).toMatch(/^[A-Z0-9_]+_/);
    expect(help).not.toMatch(/ \n|\x1b/);
    // A topic has the same name, and says where this is.
    if (path.join(' ') === 'credentials' || names.slice(1).includes(path.at(-1) ?? '')) return;
    expect(await output(['help', ...path])).toBe(help);
  });

  test('names pages of the documentation, with headings that are there', async () => {
    const commands = paths.filter((each) => !isOfProvider(each));
    const helps = await Promise.all(commands.map((each) => output([...each, '--help'])));
    const pages = new Set(helps.map((help) => /blob\/main\/(\S+)/.exec(help)?.[1] ?? ''));
    for (const page of pages) {
      const [file = '', anchor] = page.split('#');
      const headings = readFileSync(join(project, file), 'utf8')
        .split('\n')
        .filter((line) => /^#+ /.test(line))
        .map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
      if (anchor !== undefined) expect(headings).toContain(anchor);
    }
  });
});

describe('the examples run', () => {
  /** What the examples suppose: a session of every provider, and a setting. */
  const before = [
    ...names.map((name) => `authctl token ${name} >/dev/null`),
    'authctl config set ropo.cid 12345',
  ];

  // What needs a keychain, a terminal, or a shared store.
  const apart = ['credentials set', 'provider new', 'store status', 'store password'];
  const commands = paths.filter((path) => !isOfProvider(path) && !apart.includes(path.join(' ')));
  test.each([[[]], ...commands.map((path) => [path])])('%j', async (path) => {
    const below = paths.filter(
      (each) => isOfProvider(each) && each.slice(0, -1).join(' ') === path.join(' '),
    );
    const examples = new Set<string>();
    for (const each of [path, ...below]) {
      for (const example of examplesOf(await output(['help', ...each]))) examples.add(example);
    }
    const script = [...examples].map(
      (example) =>
        `(set -o pipefail; ${example}) || echo failed: ${example.replaceAll(/[^\w -]/g, '.')} >&2`,
    );
    const outcome = await inSandbox(['bash', '-c', [...before, ...script].join('\n')]);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).not.toMatch(/failed:|hint:/);
  });

  describeWith(secretServiceParts, 'with a keychain', () => {
    let service: SecretService;
    beforeAll(async () => {
      service = await withSecretService('unlocked');
    });
    afterAll(() => service.stop());

    test('credentials set', async () => {
      const [asking = '', piping = ''] = examplesOf(await output(['help', 'credentials', 'set']));
      const env = { ...service.env, AUTHCTL_NO_KEYCHAIN: undefined };
      const command = piping.replace('authctl', '"$NODE" "$AUTHCTL"');
      const piped = await run(['bash', '-c', `set -o pipefail; ${command}`], {
        env: { ...env, ROPO_CID: '12345', ROPO_APICODE: 'key' },
      });
      expect(piped).toMatchObject({ code: 0, stdout: '' });
      const steps = ['cid', 'apicode'].map((field) => `expect "(${field}):"\nsend "12345\\r"`);
      const asked = await atTerminal(asking.split(' ').slice(1), steps, env);
      expect(asked).toMatchObject({ code: 0, printed: '' });
    });
  });
});

describe('topics', () => {
  const topic = (name: string) => output(['help', name], { env: { COLUMNS: '1000' } });

  test('exit-codes has every exit code', async () => {
    const listed = [...(await topic('exit-codes')).matchAll(/^ +(\d+) +\S/gm)].map(([, code]) =>
      Number(code),
    );
    const all = [...new Set([0, ...Object.values(exitCodes)])].sort((a, b) => a - b);
    expect(listed).toEqual(all);
  });

  test('formats has every format and shell', async () => {
    const text = await topic('formats');
    const listed = [...text.matchAll(/^ {2}(\S+) +\S/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(formats));
    for (const shell of Object.keys(shells)) expect(text).toContain(shell);
  });

  test('environment has every variable that the code reads', async () => {
    const text = await topic('environment');
    for (const variable of providers.flatMap(variablesRead)) expect(text).toContain(variable);
    const inCode = new Set<string>();
    const files = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((each) => each.endsWith('.ts'))) {
      const lines = readFileSync(join(project, 'src', file), 'utf8').split('\n');
      const reading = lines.filter((line) => /\benv\b|environment/.test(line)).join('\n');
      for (const [name] of reading.matchAll(/\b[A-Z]{2}[A-Z_]*\b/g)) inCode.add(name);
    }
    expect([...inCode]).toEqual(expect.arrayContaining(['AUTHCTL_PROFILE', 'NO_COLOR', 'CI']));
    const words = new Set(text.match(/\b[A-Z][A-Z_]+\b/g));
    // Words of comments, and names of other things.
    const others = ['PATH', 'JSON', 'URL', 'API', 'OS', 'NAME', 'FIELD', 'POSIX'];
    expect([...inCode].filter((name) => !words.has(name) && !others.includes(name))).toEqual([]);
  });

  test('providers has every provider, with its variables and environments', async () => {
    const text = await topic('providers');
    for (const { name, title, environments = [] } of providers) {
      expect(text).toContain(`${name}: ${title}\n`);
      for (const environment of environments) expect(text).toContain(environment.name);
    }
  });

  test.each(['credentials', 'environment', 'formats', 'exit-codes', 'security', 'providers'])(
    '%s fits the width, and says where to read on',
    async (name) => {
      const text = await output(['help', name], { env: { COLUMNS: '70' } });
      const long = text.split('\n').filter((line) => line.length > 70 && !line.includes('https:'));
      expect(long).toEqual([]);
      expect(text).toMatch(/\nRead on: https:\/\/\S+\n$/);
    },
  );

  test('an unknown one is exit 2, with the one that was meant', async () => {
    const { code, stderr } = await failure(['help', 'exit-code']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean exit-codes?')]);
  });
});

describe('the width', () => {
  test('of the help of the program makes no difference from 80 columns', async () => {
    const [narrow, wide] = await Promise.all(
      ['80', '300'].map((columns) => output(['help'], { env: { COLUMNS: columns } })),
    );
    expect(narrow).toBe(wide);
    expect(await output(['--help'])).toBe(narrow);
  });

  test('is that of COLUMNS', async () => {
    for (const args of [['--help'], ['token', 'ropo', '--help']]) {
      const text = await output(args, { env: { COLUMNS: '60' } });
      const long = text
        .split('\n')
        .filter((line) => line.length > 60 && !/https:|^Usage|\$/.test(line));
      expect(long).toEqual([]);
    }
  });

  describeWith(['expect'], 'on a terminal', () => {
    test.each([60, 100])('is that of the terminal: %i', async (columns) => {
      const command = `stty columns ${columns}; "$NODE" "$AUTHCTL" token ropo --help`;
      const script = `spawn -noecho sh -c {${command}}\nexpect eof`;
      const { stdout } = await run(['expect', '-c', script], { env: { TERM: 'xterm' } });
      const lines = stdout.replaceAll('\r', '').split('\n');
      const longest = Math.max(
        ...lines.filter((line) => !/https:/.test(line)).map((line) => line.length),
      );
      expect(longest).toBeLessThanOrEqual(columns);
      expect(longest).toBeGreaterThan(columns - 20);
    });
  });
});

describe('without a provider', () => {
  test('token --help shows the options of all providers', async () => {
    const text = await output(['token', '--help']);
    for (const word of ['--output', '--min-ttl', '--base-url', '--timeout', ...names])
      expect(text).toContain(word);
    expect(text).not.toContain('--cid');
  });

  test('exec says how the options of several providers are spelled', async () => {
    expect(await output(['exec', '--help'])).toMatch(/an option of one begins with its\sname/);
    const text = await output(['exec', 'ropo,netnut', '--help']);
    for (const word of ['--ropo-cid', '--ropo-var', '--netnut-password-stdin', '--netnut-base-url'])
      expect(text).toContain(word);
    expect(await output(['help', 'exec', 'ropo,netnut'])).toBe(text);
  });
});

describe('an option before the provider', () => {
  test.each([
    [['token', '-o', 'json', 'ropo']],
    [['-o', 'json', 'token', 'ropo']],
    [['token', '--cid', '7', '-qo', 'json', 'ropo']],
    [['-q', '-p', 'work', 'token', '--output=json', 'ropo', '--cid', '7']],
  ])('%j', async (args) => {
    const { url } = await serve({ status: 201, body: { token: 'tok' } });
    const env = { ROPO_CID: '1', ROPO_APICODE: 'x', ROPO_BASE_URL: url };
    const result = JSON.parse(await output(args, { env }));
    const profile = args.includes('work') ? 'work' : 'default';
    expect(result).toMatchObject({ provider: 'ropo', profile, token: 'tok' });
  });

  test('of credentials set', async () => {
    const home = newHome();
    const args = ['credentials', 'set', '--cid', '7', '-q', 'ropo'];
    await output(args, { home });
    expect(home.readConfig()).toContain('"7"');
  });

  test('given twice is still an error', async () => {
    const { code, stderr } = await failure(['token', '--cid', '1', 'ropo', '--cid', '2']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--cid was given twice')]);
  });
});
