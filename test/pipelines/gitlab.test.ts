import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { accounts } from '../e2e/accounts.ts';
import { bin, type Env, type Outcome, run } from '../e2e/harness.ts';
import { sandbox, serve } from '../e2e/servers.ts';
import { describeWith } from '../parts.ts';
import { type Machine, newMachine } from './toolbox.ts';

interface Job {
  readonly script: readonly string[];
  readonly needs?: readonly string[];
  readonly artifacts?: {
    readonly access: string;
    readonly expire_in: string;
    readonly reports: { readonly dotenv: string };
  };
}

const text = readFileSync('examples/gitlab-ci.yml', 'utf8');
const { stages: _, ...jobs }: { stages: unknown; invoices: Job; token: Job; report: Job } =
  parse(text);

/** Runs the script of a job like the runner: line after line in one bash, up to the first failure. */
function runScript(machine: Machine, { script }: Job, variables: Env): Promise<Outcome> {
  return run(['bash', '-c', `set -eo pipefail\n${script.join('\n')}`], {
    home: machine.home,
    cwd: machine.checkout,
    env: { CI: 'true', GITLAB_CI: 'true', AUTHCTL: bin, PATH: machine.path, ...variables },
  });
}

/** Parses a dotenv report like GitLab. */
function readReport(report: string): Record<string, string> {
  expect(Buffer.byteLength(report)).toBeLessThan(5 * 1024);
  return Object.fromEntries(
    report
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [, name = '', value = ''] = /^(.*?)=(.*)$/.exec(line) ?? [];
        expect(name).toMatch(/^[A-Za-z0-9_]+$/);
        // GitLab would expand variables.
        expect(value).not.toContain('$');
        return [name.trim(), value.trim()];
      }),
  );
}

const project = async () => ({
  ROPO_CID: '12345',
  ROPO_APICODE: 'sandbox-apicode',
  ROPO_BASE_URL: `${await sandbox()}/ropo`,
});

describeWith(['bash'], 'in examples/gitlab-ci.yml', () => {
  test('the job with one command passes it the token, and prints nothing', async () => {
    const machine = newMachine();
    machine.program('fetch-invoices', `printf '%s' "$ROPO_TOKEN" > received`);
    const outcome = await runScript(machine, jobs.invoices, await project());
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(machine.read('received')).toMatch(/^[\w.-]{100,}$/);
  });

  test('the dotenv report passes the token to a later job, and a comment warns that it is not private', async () => {
    const machine = newMachine();
    machine.program('make-report', `printf '%s' "$ROPO_TOKEN" > received`);
    const outcome = await runScript(machine, jobs.token, await project());
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const { access, expire_in, reports } = jobs.token.artifacts ?? { reports: { dotenv: '' } };
    expect([access, expire_in]).toEqual(['developer', '1 hour']);
    const variables = readReport(readFileSync(join(machine.checkout, reports.dotenv), 'utf8'));
    expect(Object.keys(variables)).toEqual(['ROPO_TOKEN', 'ROPO_TOKEN_EXPIRES_AT']);
    expect(jobs.report.needs).toEqual(['token']);
    expect(await runScript(machine, jobs.report, variables)).toMatchObject({ code: 0 });
    expect(machine.read('received')).toBe(variables['ROPO_TOKEN']);
    const [, about = ''] = /((?:^#.*\n)+)^token:/m.exec(text) ?? [];
    expect(about).toContain('neither masked nor private');
  });

  test('no report is written for a token that GitLab would expand', async () => {
    const machine = newMachine();
    const { url } = await serve(accounts.ropo.success('a$ROPO_APICODE'));
    const variables = { ...accounts.ropo.env, ROPO_BASE_URL: url };
    const { code, stdout, stderr } = await runScript(machine, jobs.token, variables);
    expect([code, stdout, stderr]).toEqual([7, '', expect.stringContaining('.env')]);
    expect(() => machine.read('ropo.env')).toThrow('ENOENT');
  });

  test.each(['invoices', 'token'] as const)('the job %s fails if the login fails', async (name) => {
    const machine = newMachine();
    machine.program('fetch-invoices', 'touch ran');
    const variables = { ...(await project()), ROPO_APICODE: 'wrong' };
    const { code } = await runScript(machine, jobs[name], variables);
    expect(code).toBe(4);
    expect(() => machine.read('ran')).toThrow('ENOENT');
  });
});
