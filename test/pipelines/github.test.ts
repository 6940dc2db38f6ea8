import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { sandbox, serve } from '../e2e/servers.ts';
import { describeWith } from '../parts.ts';
import { logOf, readCommandFile } from './github-log.ts';
import { type JobOptions, runJob, type Step } from './github-runner.ts';
import { newMachine } from './toolbox.ts';

const workflow: { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> } =
  parse(readFileSync('examples/github-actions.yml', 'utf8'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The variables and secrets of the repository, and the URL of the API. */
async function repository(): Promise<JobOptions> {
  return {
    vars: { ROPO_CID: '12345' },
    secrets: { ROPO_APICODE: 'sandbox-apicode' },
    env: { ROPO_BASE_URL: `${await sandbox()}/ropo` },
  };
}

/** The jobs that log in to Ropo One. */
const { 'with-a-declaration': declared, ...others } = workflow.jobs;

/** An API of one's own, at a server. */
const parcels = (url: string) => `version: 1
title: Parcels
environments: [{ name: production, baseUrl: "${url}" }]
fields: [{ name: email, label: E, secret: false }, { name: password, label: P, secret: true }]
login: [{ fields: [email, password], request: { method: POST, path: /login, json: { e: "{email}", p: "{password}" } } }]
answer: { token: /token }
use: { header: Authorization, value: "Bearer {token}" }
`;

describeWith(['bash'], 'in examples/github-actions.yml, the job', () => {
  test('with-a-declaration runs a program with the token of an API of its own', async () => {
    const machine = newMachine();
    const { url, requests } = await serve({ body: { token: 'tok-en' } });
    machine.write('ci/parcels.yaml', parcels(url));
    machine.program('fetch-parcels', `printf '%s' "$PARCELS_TOKEN" > received`);
    const job = await runJob(machine, declared?.steps ?? [], {
      vars: { PARCELS_EMAIL: 'ada@example.com' },
      secrets: { PARCELS_PASSWORD: 's3cret' },
    });
    expect([job.code, machine.read('received')]).toEqual([0, 'tok-en']);
    expect(job.shown).not.toMatch(/tok-en|s3cret/);
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
      { e: 'ada@example.com', p: 's3cret' },
    ]);
  });

  test.each(Object.entries(others))(
    '%s runs a program with the token, which the log does not show',
    async (_, { steps }) => {
      const machine = newMachine();
      machine.program(
        'fetch-invoices',
        `printf '%s' "$ROPO_TOKEN" > received; printf '%s' "$ROPO_APICODE" > secret`,
      );
      const job = await runJob(machine, steps, await repository());
      expect([job.code, job.shown]).toEqual([0, '']);
      expect(machine.read('received')).toMatch(/^[\w.-]{100,}$/);
      expect(machine.read('secret')).toBe('');
    },
  );

  test.each(Object.entries(others))(
    '%s does not run the program if the login is refused',
    async (_, { steps }) => {
      const machine = newMachine();
      machine.program('fetch-invoices', 'touch ran');
      const { vars = {}, env = {} } = await repository();
      const job = await runJob(machine, steps, { vars, env, secrets: { ROPO_APICODE: 'wrong' } });
      expect([job.code, job.shown]).toEqual([4, expect.stringContaining('refused')]);
      expect(() => machine.read('ran')).toThrow('ENOENT');
    },
  );

  test('uses the current version of the action', () => {
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ uses }) => uses));
    expect(used).toContain(`authctl/authctl@v${version}`);
  });
});

describe('the runner of these tests', () => {
  test('masks the lines after a mask, and rejects other commands', () => {
    expect(logOf('a tok\n::add-mask::tok\na tok')).toEqual({
      shown: 'a tok\na ***',
      masks: ['tok'],
    });
    expect(() => logOf('x ##[set-output name=a]b')).toThrow('would execute');
    expect(() => logOf('  ::set-output name=a::b')).toThrow('would execute');
  });

  test('reads values of several lines, and rejects those without an end', () => {
    expect([...readCommandFile('A=1=2\nB<<E\nx\n\ny\nE\n')]).toEqual([
      ['A', '1=2'],
      ['B', 'x\n\ny'],
    ]);
    expect(() => readCommandFile('B<<E\nx\n')).toThrow('delimiter');
  });
});
