import { expect, test } from '@jest/globals';
import type { Server } from '../../src/credentials/gate.ts';
import { hintCommand } from '../../src/credentials/hint.ts';
import { hint } from '../../src/errors.ts';

const url = 'https://api.example/v1';
const server: Server = { url, origin: 'https://api.example', chosenBy: 'flag' };

test.each<[string, string, Server | undefined, string]>([
  ['nothing for the default profile and server', 'default', undefined, ''],
  ['the profile', 'work', undefined, ' --profile work'],
  ['the server of a flag', 'default', server, ` --base-url ${url}`],
  ['both', 'work', server, ` --profile work --base-url ${url}`],
  ['the environment', 'work', { ...server, environment: 'live' }, ' --profile work -e live'],
  [
    'that plain http is allowed',
    'default',
    { ...server, url: 'http://api.example' },
    ' --base-url http://api.example --allow-http',
  ],
  [
    'nothing more for this machine',
    'default',
    { ...server, url: 'http://127.0.0.1:8080' },
    ' --base-url http://127.0.0.1:8080',
  ],
  ['nothing for the server of a variable', 'default', { ...server, chosenBy: 'variable' }, ''],
  ['nothing for the server of the config', 'default', { ...server, chosenBy: 'config' }, ''],
  [
    'a quoted URL, if a shell would act on it',
    'default',
    { ...server, url: `${url}/a(b)` },
    ` --base-url '${url}/a(b)'`,
  ],
  [
    '… instead of a URL that shells quote differently',
    'default',
    { ...server, url: `${url}/a'b$(c);d` },
    ' --base-url …',
  ],
])('a command in a hint repeats %s', (_what, profile, chosen, flags) => {
  expect(hintCommand(hint`login my-api`, { profile, server: chosen })).toBe(
    `authctl login my-api${flags}`,
  );
});
