/** Secrets from files that the environment names. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { serve } from './servers.ts';

const { ropo, verbit } = accounts;

/** Writes a directory as systemd gives it. */
function credentialsDirectory(home: Home, files: Readonly<Record<string, string>>): string {
  mkdirSync(`${home.path}/credentials`);
  for (const [name, text] of Object.entries(files)) home.write(`credentials/${name}`, text);
  return `${home.path}/credentials`;
}

async function loginWith(home: Home, env: Env, args: readonly string[] = []) {
  const { url, requests } = await serve(ropo.success('tok'));
  const outcome = await authctl(['token', 'ropo', '-v', ...args], {
    home,
    env: { ROPO_BASE_URL: url, ROPO_CID: '1', ...env },
  });
  return { ...outcome, sent: requests.map(({ body }) => JSON.parse(body).apicode) };
}

describe('a secret comes from a file', () => {
  test.each<[string, string]>([
    ['as it stands', 's3cret'],
    ['without its line end', 's3cret\n'],
    ['without its line end of Windows', 's3cret\r\n'],
    ['without a byte order mark', '\ufeffs3cret\n'],
  ])('%s', async (_, text) => {
    const home = newHome();
    const file = home.write('code', text);
    const outcome = await loginWith(home, { ROPO_APICODE_FILE: file });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n', sent: ['s3cret'] });
    expect(outcome.stderr).toContain('authctl: apicode comes from ROPO_APICODE_FILE\n');
    expect(outcome.stderr).not.toContain('s3cret');
  });

  test('of the credentials directory, after the variables', async () => {
    const home = newHome();
    const CREDENTIALS_DIRECTORY = credentialsDirectory(home, { ropo_apicode: 'of-systemd\n' });
    const alone = await loginWith(home, { CREDENTIALS_DIRECTORY });
    expect(alone).toMatchObject({ code: 0, sent: ['of-systemd'] });
    expect(alone.stderr).toContain('apicode comes from ropo_apicode in CREDENTIALS_DIRECTORY\n');
    const shadowed = await loginWith(newHome(), { CREDENTIALS_DIRECTORY, ROPO_APICODE: 'of-env' });
    expect(shadowed).toMatchObject({ code: 0, sent: ['of-env'] });
    expect(shadowed.stderr).toContain(
      'apicode comes from ROPO_APICODE, before ropo_apicode in CREDENTIALS_DIRECTORY\n',
    );
  });

  test('but not if a flag gives it, whatever is wrong with the file', async () => {
    const { url, requests } = await serve(ropo.success('tok'));
    const outcome = await authctl(['login', 'ropo', '--cid', '1', '--apicode-stdin'], {
      env: { ROPO_BASE_URL: url, ROPO_APICODE_FILE: '/nonexistent' },
      stdin: 'from-stdin',
    });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n' });
    expect(requests.map(({ body }) => JSON.parse(body).apicode)).toEqual(['from-stdin']);
  });

  test('and not from a relative credentials directory, which a project could set', async () => {
    const home = newHome();
    credentialsDirectory(home, { ropo_apicode: 'of-systemd\n' });
    const { code, sent } = await loginWith(home, { CREDENTIALS_DIRECTORY: 'credentials' });
    expect([code, sent]).toEqual([3, []]);
  });
});

test.each<[string, (home: Home) => Env, string]>([
  [
    'a variable beside that of a file',
    (home) => ({ ROPO_APICODE: 'x', ROPO_APICODE_FILE: home.write('code', 'y') }),
    'authctl: apicode was given twice, by ROPO_APICODE and ROPO_APICODE_FILE\nhint: unset ROPO_APICODE\n',
  ],
  [
    'no such file',
    () => ({ ROPO_APICODE_FILE: '/nonexistent' }),
    'authctl: cannot read /nonexistent, apicode from ROPO_APICODE_FILE: there is no such file\n',
  ],
  [
    'an empty file',
    (home) => ({ ROPO_APICODE_FILE: home.write('code', '\n') }),
    'authctl: apicode from ROPO_APICODE_FILE is empty\n',
  ],
  [
    'a file that is not text',
    (home) => ({ ROPO_APICODE_FILE: home.write('code', Uint8Array.of(0xff)) }),
    'authctl: apicode from ROPO_APICODE_FILE is not UTF-8 text\n',
  ],
])('%s is wrong usage, with a stored token too', async (_, env, stderr) => {
  const { url } = await serve(ropo.success('tok'));
  const home = newHome();
  const login = ['login', 'ropo', '--cid', '1', '--apicode-stdin', '--base-url', url];
  await authctl(login, { home, stdin: 'canary' });
  expect(await failure(['token', 'ropo'], { home, env: env(home) })).toEqual({ code: 2, stderr });
});

test('a file with another key is another account, whose token is not the stored one', async () => {
  const { url, requests } = await serve((_, count) => verbit.success(count === 1 ? 'one' : 'two'));
  const home = newHome();
  const get = (text: string, env: Env = { VERBIT_API_KEY_FILE: home.write('key', text) }) =>
    output(['token', 'verbit'], { home, env: { VERBIT_BASE_URL: url, ...env } });
  const one = await get('key-of-one\n');
  const two = await get('key-of-two\n');
  expect(two).not.toBe(one);
  expect(await get('key-of-one\n')).toBe(one);
  expect(await get('', { VERBIT_API_KEY: 'key-of-two' })).toBe(two);
  const CREDENTIALS_DIRECTORY = credentialsDirectory(home, { verbit_api_key: 'key-of-one' });
  expect(await get('', { CREDENTIALS_DIRECTORY })).toBe(one);
  expect(requests).toHaveLength(2);
});

test('a secret file is not sent to a server that only an earlier session names', async () => {
  const { url, requests } = await serve(ropo.success('tok'));
  const home = newHome();
  const login = ['login', 'ropo', '--cid', '1', '--apicode-stdin', '--base-url', url];
  await authctl(login, { home, stdin: 'canary' });
  const env = { ROPO_CID: '2', ROPO_APICODE_FILE: home.write('code', 'x') };
  const { code, stderr } = await failure(['token', 'ropo'], { home, env });
  expect(code).toBe(3);
  expect(stderr).toContain('ROPO_APICODE_FILE is not sent to');
  expect(requests).toHaveLength(1);
});

test('exec keeps the variables of its providers’ files to itself', async () => {
  const { url } = await serve(ropo.success('tok'));
  const home = newHome();
  const env = {
    ...{ ROPO_BASE_URL: url, ROPO_CID: '1', NETNUT_PASSWORD_FILE: '/nonexistent' },
    ROPO_APICODE_FILE: home.write('code', 'x'),
  };
  const printed = await output(['exec', 'ropo', '--', 'env'], { home, env });
  expect(printed).toContain('ROPO_TOKEN=tok\n');
  expect(printed).not.toContain('ROPO_APICODE_FILE');
  expect(printed).toContain('NETNUT_PASSWORD_FILE=/nonexistent\n');
});

const minty = `version: 1
title: Minty
environments: [{ name: production, baseUrl: https://api.example.com }]
fields:
  - { name: key_id, label: Key id, secret: false }
  - { name: private_key, label: Private key, secret: true }
derive:
  signed: { jwt: { alg: ES256, key: "{private_key}", claims: { iss: "{key_id}" }, lives: 600 } }
login: [{ fields: [key_id, private_key], mint: signed }]
answer: {}
use: { header: Authorization, value: "Bearer {token}" }
`;

test('a private key comes from a file, and nothing else is told to adding its provider', async () => {
  const home = newHome();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const env = { MINTY_KEY_ID: '7', MINTY_PRIVATE_KEY_FILE: home.write('key.pem', pem) };
  const add = ['provider', 'add', home.write('minty.yaml', minty), '--yes'];
  const reads = ['--reads', 'MINTY_KEY_ID'];
  const refused = await authctl([...add, ...reads], { home, env });
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('hint: if that is meant, add --reads MINTY_PRIVATE_KEY_FILE\n'),
  });
  const added = await authctl([...add, ...reads, '--reads', 'MINTY_PRIVATE_KEY_FILE'], {
    home,
    env: { ...env, CREDENTIALS_DIRECTORY: home.path },
  });
  expect(added).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'MINTY_PRIVATE_KEY, MINTY_PRIVATE_KEY_FILE (set now), MINTY_BASE_URL, MINTY_ENVIRONMENT\n' +
        'authctl: reads in CREDENTIALS_DIRECTORY (set now): minty_private_key\n',
    ),
  });
  expect(await output(['token', 'minty'], { home, env })).toMatch(/^ey[^.]+\.ey[^.]+\.[^.]+\n$/);
});

test('the sandbox unsets them, so that its demo credentials are the only ones', async () => {
  const env = { ROPO_APICODE_FILE: '/nonexistent' };
  const command = ['sandbox', '--', 'sh', '-c', '"$NODE" "$AUTHCTL" token ropo'];
  expect(await authctl(command, { env })).toMatchObject({ code: 0, stderr: '' });
});
