import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { run } from '../e2e/harness.ts';
import { sandbox } from '../e2e/servers.ts';
import { startCommand } from '../e2e/start.ts';
import { describeWith } from '../parts.ts';
import { type Machine, machineWithProgram } from './toolbox.ts';

const names = ['fetch-invoices.service', 'authctl-token.service'];

/** The settings of a unit; a repeated setting has several values. */
function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  let section = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, head] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (head !== undefined) section = head;
    else if (key === undefined) throw new Error(`invalid line in a unit: ${line}`);
    else settings.set(`${section}.${key}`, [...(settings.get(`${section}.${key}`) ?? []), value]);
  }
  return settings;
}

/** A service on a machine, with the directories and credentials that systemd would create. */
function service(machine: Machine, name: string, secret: string) {
  const unit = readUnit(readFileSync(join('examples', name), 'utf8'));
  const [one = ''] = unit.get('Service.LoadCredential') ?? [];
  const directories = {
    '%t': join(machine.home.path, 'run'),
    '%S': join(machine.home.path, 'state'),
    '%d': join(machine.home.path, 'credentials'),
  };
  const filled = (text: string) =>
    Object.entries(directories)
      .reduce((whole, [name, path]) => whole.replaceAll(name, path), text)
      .replaceAll('/usr/local/bin/', `${join(machine.home.path, 'bin')}/`)
      .replaceAll('$$', '$');
  for (const directory of Object.values(directories)) mkdirSync(directory, { mode: 0o700 });
  for (const [key, base] of [
    ['RuntimeDirectory', '%t'],
    ['StateDirectory', '%S'],
  ] as const) {
    for (const own of unit.get(`Service.${key}`) ?? []) mkdirSync(join(directories[base], own));
  }
  const [id = ''] = one.split(':');
  writeFileSync(filled(`%d/${id}`), secret, { mode: 0o400 });
  const environment = [
    ...(unit.get('Service.Environment') ?? []).map((pair) => filled(pair)),
    `CREDENTIALS_DIRECTORY=${directories['%d']}`,
  ];
  // Splits the command into words; text in quotes is one word.
  const command = (key: string) => {
    const [line = ''] = unit.get(`Service.${key}`) ?? [];
    return [...filled(line).matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    );
  };
  return { unit, environment, command, runtime: directories['%t'] };
}

const path = (machine: Machine) => ({ PATH: machine.path });

describe('examples/fetch-invoices.service', () => {
  test('runs its program with the token, and stores the session in its state directory', async () => {
    const machine = machineWithProgram();
    machine.program('../bin/fetch-invoices', `printf '%s' "$ROPO_TOKEN" > "$HOME/received"`);
    const { environment, command } = service(machine, names[0] ?? '', 'sandbox-apicode');
    const env = [...environment, `ROPO_BASE_URL=${await sandbox()}/ropo`];
    const outcome = await run(['env', ...env, ...command('ExecStart')], {
      home: machine.home,
      env: path(machine),
    });
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(machine.home.path, 'received'), 'utf8')).toMatch(/^[\w.-]{100,}$/);
    expect(machine.home.sessions()).toEqual([]);
    expect(existsSync(join(machine.home.path, 'state/fetch-invoices/sessions'))).toBe(true);
  });
});

describe('examples/authctl-token.service', () => {
  test('is started once the token file exists, which is private, and stops by SIGTERM', async () => {
    const machine = machineWithProgram();
    const { environment, command, runtime } = service(machine, names[1] ?? '', 'sandbox-apicode');
    const env = [...environment, `ROPO_BASE_URL=${await sandbox()}/ropo`];
    const watching = startCommand(['env', ...env, ...command('ExecStart')], {
      home: machine.home,
      env: path(machine),
    });
    const started = await run(['env', `MAINPID=${watching.pid}`, ...command('ExecStartPost')]);
    expect(started).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const file = join(runtime, 'authctl/ropo.token');
    expect(readFileSync(file, 'utf8')).toMatch(/^[\w.-]{100,}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    watching.signal('SIGTERM');
    const { signal, stdout } = await watching.ended;
    // systemd counts this as success.
    expect([signal, stdout]).toEqual(['SIGTERM', '']);
  });

  test('fails to start, and is not restarted, if the login is refused', async () => {
    const machine = machineWithProgram();
    const { unit, environment, command } = service(machine, names[1] ?? '', 'wrong');
    const env = [...environment, `ROPO_BASE_URL=${await sandbox()}/ropo`];
    const watching = startCommand(['env', ...env, ...command('ExecStart')], {
      home: machine.home,
      env: path(machine),
    });
    const started = await run(['env', `MAINPID=${watching.pid}`, ...command('ExecStartPost')]);
    const { code } = await watching.ended;
    expect(started.code).toBe(1);
    expect(unit.get('Service.RestartPreventExitStatus')?.[0]?.split(' ')).toContain(String(code));
  });
});

describeWith(['systemd-analyze'], 'systemd-analyze finds no problems', () => {
  test.each(names)('with examples/%s', async (name) => {
    const machine = machineWithProgram();
    // It checks that the programs exist, but they are not installed here.
    const unit = readFileSync(join('examples', name), 'utf8').replace(
      /\/usr\/local\/bin\/[\w-]+/g,
      '/bin/true',
    );
    const file = machine.home.write(name, unit);
    const { stdout, stderr } = await run(['systemd-analyze', 'verify', '--man=no', file]);
    // It warns of the machine's own units too.
    const aboutIt = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(name));
    expect(aboutIt).toEqual([]);
  });
});
