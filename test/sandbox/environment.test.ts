import { describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../src/child/environment.ts';
import { datarhei } from '../../src/providers/datarhei.ts';
import { ropo } from '../../src/providers/ropo.ts';
import {
  demoCodes,
  type EnvironmentChange,
  sandboxEnvironment,
} from '../../src/sandbox/environment.ts';
import { inCorpus } from './exchanges.ts';

const directories = { config: '/tmp/x/config', state: '/tmp/x/state' };
/** The variables of a command in the sandbox. */
const changeEnvironment = (
  env: Readonly<Record<string, string>>,
  { set, unset }: EnvironmentChange,
  platform: NodeJS.Platform = 'linux',
) => childEnvironment(env, unset, Object.fromEntries(set), platform);

const change = sandboxEnvironment([ropo, datarhei], 'http://127.0.0.1:4010', directories);

test('every provider gets the URL of the sandbox and the demo credentials of its first login', () => {
  expect(changeEnvironment({}, change)).toEqual({
    ROPO_BASE_URL: 'http://127.0.0.1:4010/ropo',
    ROPO_CID: '12345',
    ROPO_APICODE: 'sandbox-apicode',
    DATARHEI_BASE_URL: 'http://127.0.0.1:4010/datarhei',
    DATARHEI_USERNAME: 'demo',
    DATARHEI_PASSWORD: 'sandbox-password',
    AUTHCTL_CONFIG_DIR: '/tmp/x/config',
    AUTHCTL_STATE_DIR: '/tmp/x/state',
    AUTHCTL_NO_KEYCHAIN: '1',
    AUTHCTL_SANDBOX: 'http://127.0.0.1:4010',
  });
});

test('a provider without sample answers gets demo credentials that are made up', () => {
  const { sandbox: _, ...real } = ropo;
  const made = sandboxEnvironment([real], 'http://127.0.0.1:4010', directories);
  expect(changeEnvironment({ ROPO_ENVIRONMENT: 'se' }, made)).toEqual({
    ROPO_BASE_URL: 'http://127.0.0.1:4010/ropo',
    ROPO_CID: 'demo-cid',
    ROPO_APICODE: 'sandbox-apicode',
    AUTHCTL_CONFIG_DIR: '/tmp/x/config',
    AUTHCTL_STATE_DIR: '/tmp/x/state',
    AUTHCTL_NO_KEYCHAIN: '1',
    AUTHCTL_SANDBOX: 'http://127.0.0.1:4010',
  });
});

test('a one-time code has no variable', () => {
  const coded = inCorpus('coded');
  const made = sandboxEnvironment([coded], 'http://127.0.0.1:4010', directories);
  const env = changeEnvironment({ CODED_OTP: 'mine' }, made);
  expect(env).toMatchObject({ CODED_OTP: 'mine', CODED_USER: 'demo-user' });
  expect(demoCodes([ropo, coded])).toEqual([{ provider: 'coded', field: 'otp', code: '123456' }]);
});

test.each([
  [
    'signed',
    'SIGNED_PRIVATE_KEY',
    /^-----BEGIN PRIVATE KEY-----\\n[\w+/=\\]+\\n-----END PRIVATE KEY-----$/,
  ],
  ['minted', 'MINTED_PRIVATE_KEY', /^\{[\w":,-]+\}$/],
  ['timed', 'TIMED_SEED', /^[A-Z2-7]+$/],
])('%s has a demo key in one line', (name, variable, form) => {
  const made = sandboxEnvironment([inCorpus(name)], 'http://127.0.0.1:4010', directories);
  expect(changeEnvironment({}, made)[variable]).toMatch(form);
});

describe("in the user's environment", () => {
  test.each([
    'ROPO_ENVIRONMENT',
    'ROPO_TOKEN',
    'ROPO_TOKEN_EXPIRES_AT',
    'DATARHEI_REFRESH_TOKEN',
    'DATARHEI_AUTH0_TOKEN',
    'AUTHCTL_PROFILE',
  ])('%s is removed', (name) => {
    expect(changeEnvironment({ [name]: 'mine' }, change)).not.toHaveProperty(name);
  });

  test.each(['PATH', 'HOME', 'CI', 'VERBIT_API_KEY'])('%s is kept', (name) => {
    expect(changeEnvironment({ [name]: 'mine' }, change)).toHaveProperty(name, 'mine');
  });

  test('names are case-insensitive only on Windows', () => {
    const mine = { Ropo_Environment: 'se', Ropo_Cid: '7' };
    expect(changeEnvironment(mine, change)).toMatchObject(mine);
    const names = Object.keys(changeEnvironment(mine, change, 'win32'));
    expect(names.filter((name) => /^ropo_(cid|environment)$/i.test(name))).toEqual(['ROPO_CID']);
  });
});
