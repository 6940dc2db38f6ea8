import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Home, type Outcome, run } from '../e2e/harness.ts';
import { sandbox } from '../e2e/servers.ts';
import { machineWithProgram } from './toolbox.ts';

/** The variables and the jobs of a crontab. */
function readCrontab(text: string) {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const variables = new Map<string, string>();
  const commands: string[] = [];
  for (const line of lines) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line) ?? [];
    const [, command] = /^(?:[\d*,/-]+\s+){5}(.+)$/.exec(line) ?? [];
    if (name !== undefined) variables.set(name, value);
    else if (command !== undefined) commands.push(command);
    else throw new Error(`cron cannot read ${line}`);
  }
  return { variables, commands };
}

const { variables, commands } = readCrontab(readFileSync('examples/crontab', 'utf8'));

/** Runs the job like cron: with /bin/sh, in the home, and with a minimal environment. */
async function runJob(home: Home, path: string): Promise<Outcome> {
  const environment = {
    HOME: home.path,
    LOGNAME: 'me',
    SHELL: '/bin/sh',
    ...Object.fromEntries(variables),
    // This machine's directories in place of those of the crontab, and the sandbox as the server.
    PATH: path,
    ROPO_BASE_URL: `${await sandbox()}/ropo`,
  };
  const pairs = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const [command = ''] = commands;
  return run(['env', '-i', ...pairs, '/bin/sh', '-c', command], { home });
}

function machineWithSecret(secret: string) {
  const machine = machineWithProgram();
  mkdirSync(join(machine.home.path, '.config'));
  machine.home.write('.config/ropo-apicode', `${secret}\n`);
  machine.program('../bin/fetch-invoices', `printf '%s' "$ROPO_TOKEN" > received`);
  return machine;
}

test('the job of the crontab runs with the token and prints nothing', async () => {
  const { home, path } = machineWithSecret('sandbox-apicode');
  expect(await runJob(home, path)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(join(home.path, 'received'), 'utf8')).toMatch(/^[\w.-]{100,}$/);
});

test('a refused login is printed, so that cron mails it', async () => {
  const { home, path } = machineWithSecret('wrong');
  const { code, stdout, stderr } = await runJob(home, path);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toContain('Ropo One refused the credentials');
});

test('no line of the crontab has a %, which is a line break for cron', () => {
  expect(commands.filter((command) => /(?<!\\)%/.test(command))).toEqual([]);
  expect([...variables.values()].filter((value) => value.includes('$'))).toEqual([]);
});
