import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { run } from '../e2e/harness.ts';
import { sandbox } from '../e2e/servers.ts';
import { machineWithProgram } from './toolbox.ts';

/** The instructions of a Dockerfile, with continued lines joined. */
function instructions(text: string): readonly (readonly [name: string, rest: string])[] {
  return text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return [name, rest];
    });
}

const dockerfile = instructions(readFileSync('examples/Dockerfile', 'utf8'));
const [, withSecret = ''] =
  dockerfile.find(([name, rest]) => name === 'RUN' && rest.includes('--mount')) ?? [];

test('the secret of the Dockerfile is mounted, and is not an argument or a variable of the image', () => {
  const [, mount = ''] = /^--mount=(\S+) /.exec(withSecret) ?? [];
  expect(Object.fromEntries(mount.split(',').map((pair) => pair.split('=')))).toEqual({
    type: 'secret',
    id: 'apicode',
  });
  expect(dockerfile.filter(([name]) => name === 'ENV')).toEqual([]);
  expect(dockerfile.filter(([name]) => name === 'ARG')).toEqual([['ARG', 'ROPO_CID']]);
});

test('its command runs with the token, and keeps neither token nor session', async () => {
  const machine = machineWithProgram();
  machine.program('fetch-invoices', `printf '%s' "$ROPO_TOKEN" | wc -c > received`);
  // In place of the file that Docker mounts.
  const file = machine.home.write('apicode', 'sandbox-apicode');
  const command = withSecret.replace(/^--mount=\S+ /, '').replace('/run/secrets/apicode', file);
  const outcome = await run(['/bin/sh', '-c', command], {
    home: machine.home,
    cwd: machine.checkout,
    env: { PATH: machine.path, ROPO_CID: '12345', ROPO_BASE_URL: `${await sandbox()}/ropo` },
  });
  expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(Number(machine.read('received'))).toBeGreaterThan(100);
  expect(machine.home.sessions()).toEqual([]);
});

test('a refused secret fails the build', async () => {
  const machine = machineWithProgram();
  const file = machine.home.write('apicode', 'wrong');
  const command = withSecret.replace(/^--mount=\S+ /, '').replace('/run/secrets/apicode', file);
  const { code } = await run(['/bin/sh', '-c', command], {
    home: machine.home,
    cwd: machine.checkout,
    env: { PATH: machine.path, ROPO_CID: '12345', ROPO_BASE_URL: `${await sandbox()}/ropo` },
  });
  expect(code).toBe(4);
});
