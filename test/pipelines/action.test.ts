import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { providers } from '../../src/providers/index.ts';
import { accounts, secret } from '../e2e/accounts.ts';
import { sandbox, serve } from '../e2e/servers.ts';
import { nasty } from '../output/sample.ts';
import { describeWith } from '../parts.ts';
import { runJob, type Step } from './github-runner.ts';
import { newMachine } from './toolbox.ts';

const text = readFileSync('action.yml', 'utf8');
const action = parse(text);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

test('action.yml installs its own version', () => {
  expect(action.inputs.version.default).toBe(version);
});

test('no script of action.yml contains an expression, in which an input could be a command', () => {
  for (const { run, shell } of action.runs.steps) {
    expect(run).not.toContain('${{');
    expect(shell).toBe('bash');
  }
});

const installVersion = (given: string) =>
  spawnSync('bash', ['-e', '-c', `npm() { echo "npm $*"; }\n${action.runs.steps[0].run}`], {
    env: { ...process.env, AUTHCTL_VERSION: given, RUNNER_TEMP: '/tmp', GITHUB_PATH: '/dev/null' },
    encoding: 'utf8',
  });

describeWith(['bash'], 'the version to install', () => {
  test.each(['0.1.0', '1.20.3', '2.0.0-beta.1'])('may be %s', (given) => {
    const { status, stdout } = installVersion(given);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`authctl@${given}\n`)]);
  });

  test.each([
    ...['', 'latest', '^1.0.0', '1', '>=1', 'npm:evil@1.0.0', 'https://evil.example/a.tgz'],
    ...['1.0.0 evil', '1.0.0\nevil', '../evil', 'github:evil/evil', '1.0.0;touch ran'],
  ])('may not be %j', (given) => {
    const { status, stdout } = installVersion(given);
    expect([status, stdout]).toEqual([2, expect.not.stringContaining('npm ')]);
  });
});

const use = (inputs: Step['with'], more: Step = {}): Step => ({
  uses: 'authctl/authctl@main',
  id: 'auth',
  with: { ...inputs },
  ...more,
});

/** Credentials as the input takes them. */
const lines = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** A later step that prints its token. */
const show: Step = {
  run: `printf '%s' "$TOKEN" > token; echo "token: $TOKEN"`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner expands it
  env: { TOKEN: '${{ steps.auth.outputs.token }}' },
};

/** The lines of the output that contain the token. */
function linesWith(token: string, output: string): string[] {
  return output.split('\n').filter((line) => line.includes(token));
}

describeWith(['bash'], 'a job with the action', () => {
  test.each(providers.map((provider) => [provider.name, provider] as const))(
    'gets a token of %s, which is masked before it is printed',
    async (name, { login, fields, sandbox: demo }) => {
      const machine = newMachine();
      const credentials = Object.fromEntries(
        fields
          .filter((field) => login[0]?.fields.includes(field.name))
          .map((field) => [field.name, demo?.credentials[field.name] ?? '']),
      );
      const base = `${await sandbox()}/${name}`;
      const job = await runJob(machine, [
        use({ provider: name, 'base-url': base, credentials: lines(credentials) }),
        show,
      ]);
      const token = machine.read('token');
      expect(job.code).toBe(0);
      expect(token).toMatch(/^[\w.-]{100,}$/);
      expect(job.outputs['auth']).toEqual({
        token,
        'expires-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(linesWith(token, job.output)).toEqual([`::add-mask::${token}`, `token: ${token}`]);
      expect(job.shown).toContain('token: ***\n');
      expect(job.shown).not.toContain(token);
      expect([...job.env]).toEqual([]);
      expect(machine.npmCalls()).toContain(`authctl@${version}\n`);
    },
  );

  test('takes other credentials from the variables of the job, and accepts any token', async () => {
    const machine = newMachine();
    const hostile = nasty.join('');
    const server = await serve(accounts.ropo.success(hostile));
    const job = await runJob(machine, [use({ provider: 'ropo' }), show], {
      env: { ...accounts.ropo.env, ROPO_BASE_URL: server.url, AUTHCTL_PROFILE: 'ci' },
    });
    expect(job.code).toBe(0);
    expect(machine.read('token')).toBe(hostile);
    expect(job.outputs['auth']?.['token']).toBe(hostile);
    expect(job.shown).toContain('token: ***\n');
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { cid: '4711', apicode: secret },
    ]);
  });

  test('does not execute an input, and sends its secret only to its own provider', async () => {
    const machine = newMachine();
    const server = await serve({ status: 401 });
    const hostile = `"; touch pwned; $(touch pwned) \`touch pwned\` '`;
    const inputs = {
      provider: 'netnut',
      'base-url': server.url,
      credentials: lines({ email: hostile, password: hostile }),
    };
    const job = await runJob(machine, [use(inputs)], { env: { PEGASE3_PASSWORD: 'other' } });
    expect(job.code).toBe(4);
    expect(() => machine.read('pwned')).toThrow('ENOENT');
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { email: hostile, password: hostile },
    ]);
  });

  test.each([
    ['provider', { provider: '$(touch pwned); touch pwned' }],
    ['environment', { provider: 'ropo', environment: '$(touch pwned); touch pwned' }],
    ['base-url', { provider: 'ropo', 'base-url': 'http://127.0.0.1:9/ `touch pwned`' }],
    ['version', { provider: 'ropo', version: '1; touch pwned' }],
  ])('does not execute the input %s', async (_, inputs) => {
    const machine = newMachine();
    await runJob(machine, [use(inputs)], { env: { ROPO_BASE_URL: 'http://127.0.0.1:9' } });
    expect(() => machine.read('pwned')).toThrow('ENOENT');
  });

  test('with export, sets variables for later steps, with one login', async () => {
    const machine = newMachine();
    const server = await serve(accounts['datarhei by password'].success('tok-en'));
    const credentials = lines({ username: 'me', password: 'x' });
    const inputs = { provider: 'datarhei', 'base-url': server.url, credentials };
    const later = { run: `printf '%s' "$DATARHEI_TOKEN" > token` };
    const job = await runJob(machine, [use({ ...inputs, export: true }), later]);
    expect(job.code).toBe(0);
    expect(machine.read('token')).toBe('tok-en');
    expect(job.env.get('DATARHEI_REFRESH_TOKEN')).toBe('refresh-tok-en');
    expect(job.outputs['auth']?.['token']).toBe('tok-en');
    expect(job.shown).not.toContain('tok-en');
    expect(server.requests).toHaveLength(1);
  });

  test('fails without outputs if the login is refused, with the words of the server', async () => {
    const machine = newMachine();
    const base = `${await sandbox()}/ropo`;
    const credentials = lines({ cid: '12345', apicode: 'wrong-secret' });
    const inputs = { provider: 'ropo', 'base-url': base, credentials };
    const job = await runJob(machine, [use(inputs), show]);
    expect(job.code).toBe(4);
    expect(job.output).toContain('authctl: Ropo One refused the credentials');
    expect(job.output).not.toContain('wrong-secret');
    expect(job.outputs['auth']).toEqual({ token: '', 'expires-at': '' });
    expect(() => machine.read('token')).toThrow('ENOENT');
  });

  test.each([
    ['a file', { provider: 'panels', declaration: 'own.yaml' }],
    ['the catalogue', { provider: 'metabase' }],
    ['the catalogue, under another name', { provider: 'panels', declaration: 'metabase' }],
  ])('takes a provider from %s, and leaves nothing behind', async (_, inputs) => {
    const machine = newMachine();
    machine.write('own.yaml', readFileSync('catalogue/metabase.yaml', 'utf8'));
    const server = await serve({ body: { id: 'a-session' } });
    const before = readdirSync(userInfo().homedir);
    const job = await runJob(machine, [
      use({
        ...inputs,
        'base-url': server.url,
        credentials: lines({ username: 'ada', password: secret }),
      }),
      show,
    ]);
    expect([job.code, job.outputs['auth']?.['token']]).toEqual([0, 'a-session']);
    expect(job.shown).toContain('authctl: sends password to the server that you name to log in');
    expect(job.shown).not.toContain('a-session');
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { username: 'ada', password: secret },
    ]);
    expect(readdirSync(userInfo().homedir)).toEqual(before);
  });

  test('lets a declaration read no other variable of the job', async () => {
    const machine = newMachine();
    const server = await serve({ body: { id: 'a-session' } });
    const inputs = { provider: 'metabase', 'base-url': server.url };
    const job = await runJob(machine, [use({ ...inputs, credentials: 'username=ada' })], {
      env: { METABASE_PASSWORD: secret },
    });
    expect([job.code, job.output]).toEqual([
      2,
      expect.stringContaining('METABASE_PASSWORD is set now'),
    ]);
    expect(server.requests).toEqual([]);
  });

  test('takes credentials of several lines, and values with any character', async () => {
    const machine = newMachine();
    const server = await serve({ body: { token: 'tok' } });
    const declaration = `version: 1
title: Own
fields: [{ name: user_name, label: U, secret: false }, { name: pem, label: P, secret: true }]
login: [{ fields: [user_name, pem], request: { method: POST, path: /l, json: { u: "{user_name}", k: "{pem}" } } }]
answer: { token: /token }
use: { header: A, value: "{token}" }
`;
    machine.write('own.yaml', declaration);
    const key = '-----BEGIN-----\n$(touch pwned)\n\n key=x\n-----END-----';
    const credentials = `\nuser_name= a=b'"\\ \r\n  pem<<--\n${key}\n--\n`;
    const inputs = { provider: 'own', declaration: './own.yaml', 'base-url': server.url };
    const job = await runJob(machine, [use({ ...inputs, credentials })]);
    expect(job.code).toBe(0);
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { u: ` a=b'"\\ `, k: key },
    ]);
    expect(() => machine.read('pwned')).toThrow('ENOENT');
  });

  test.each([
    ['a line that is none', `cid=1\n${secret}\n`, 'takes lines such as'],
    ['an open end', `apicode<<END\n${secret}`, 'ends within a credential'],
    ['another name', `Cid=${secret}`, 'takes lines such as'],
    ['a server', 'base_url=https://evil.example', 'takes credentials only'],
  ])('refuses credentials with %s, and shows none', async (_, credentials, words) => {
    const job = await runJob(newMachine(), [use({ provider: 'ropo', credentials })]);
    expect([job.code, job.output]).toEqual([2, expect.stringContaining(words)]);
    expect(job.output).not.toContain(secret);
  });

  test('names missing credentials', async () => {
    const job = await runJob(newMachine(), [use({ provider: 'verbit' })]);
    expect([job.code, job.output]).toEqual([3, expect.stringContaining('VERBIT_API_KEY')]);
  });
});
