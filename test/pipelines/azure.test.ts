import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { accounts, secret } from '../e2e/accounts.ts';
import { bin, run } from '../e2e/harness.ts';
import { sandbox, serve } from '../e2e/servers.ts';
import { describeWith } from '../parts.ts';
import { type AzureVariable, expanded, expandMacros, variableIn } from './azure-agent.ts';
import { type Machine, newMachine } from './toolbox.ts';

interface Step {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

const { steps }: { readonly steps: readonly Step[] } = parse(
  readFileSync('examples/azure-pipelines.yml', 'utf8'),
);

interface JobResult {
  readonly code: number | null;
  /** Lines that are not commands. */
  readonly log: readonly string[];
  /** At the end of the job. */
  readonly variables: ReadonlyMap<string, AzureVariable>;
}

/** Runs the steps like the agent, up to the first one that fails. */
async function runJob(
  machine: Machine,
  pipeline: Readonly<Record<string, AzureVariable>>,
): Promise<JobResult> {
  let variables: ReadonlyMap<string, AzureVariable> = new Map(Object.entries(pipeline));
  const log: string[] = [];
  for (const { script, env = {} } of steps) {
    const known = expanded(variables);
    const shared = [...known].filter(([, variable]) => !variable.secret);
    const outcome = await run(
      ['bash', '--noprofile', '--norc', '-c', expandMacros(script, known)],
      {
        home: machine.home,
        cwd: machine.checkout,
        env: {
          TF_BUILD: 'True',
          AUTHCTL: bin,
          PATH: machine.path,
          ...Object.fromEntries(shared.map(([name, { value }]) => [name.toUpperCase(), value])),
          ...Object.fromEntries(
            Object.entries(env).map(([n, text]) => [n, expandMacros(text, known)]),
          ),
        },
      },
    );
    const next = new Map(variables);
    for (const line of `${outcome.stdout}${outcome.stderr}`.split('\n').slice(0, -1)) {
      const set = variableIn(line);
      if (set) next.set(set.name, { value: set.value, secret: set.secret });
      else log.push(line);
    }
    variables = next;
    if (outcome.code !== 0) return { code: outcome.code, log, variables };
  }
  return { code: 0, log, variables };
}

const open = (value: string): AzureVariable => ({ value, secret: false });
const hidden = (value: string): AzureVariable => ({ value, secret: true });

describeWith(['bash'], 'in examples/azure-pipelines.yml', () => {
  test('the program gets the token, and the log does not', async () => {
    const machine = newMachine();
    machine.program('fetch-invoices', `printf '%s' "$ROPO_TOKEN" > received`);
    const { code, log, variables } = await runJob(machine, {
      ropoCid: open('12345'),
      ropoApicode: hidden('sandbox-apicode'),
      ROPO_BASE_URL: open(`${await sandbox()}/ropo`),
    });
    expect([code, log]).toEqual([0, []]);
    expect(machine.read('received')).toMatch(/^[\w.-]{100,}$/);
    expect(variables.get('ROPO_TOKEN')).toEqual(hidden(machine.read('received')));
    expect(variables.get('ROPO_TOKEN_EXPIRES_AT')?.secret).toBe(false);
  });

  test('a token with the agent’s escapes arrives exactly', async () => {
    const machine = newMachine();
    machine.program('fetch-invoices', `printf '%s' "$ROPO_TOKEN" > received`);
    const token = '%AZP25%0A%3B;]##vso[task.complete]$ROPO_CID`id`\'"';
    const { url } = await serve(accounts.ropo.success(token));
    const pipeline = { ropoCid: open('1'), ropoApicode: hidden('x'), ROPO_BASE_URL: open(url) };
    expect((await runJob(machine, pipeline)).code).toBe(0);
    expect(machine.read('received')).toBe(token);
  });

  test('a server cannot get another secret of the pipeline expanded in its token', async () => {
    const machine = newMachine();
    machine.program('fetch-invoices', 'touch ran');
    const { url } = await serve(accounts.ropo.success('tok$(ropoApicode)'));
    const pipeline = { ropoCid: open('1'), ropoApicode: hidden(secret), ROPO_BASE_URL: open(url) };
    const { code, log, variables } = await runJob(machine, pipeline);
    expect([code, log[0]]).toEqual([
      7,
      expect.stringContaining('which Azure Pipelines would expand'),
    ]);
    expect(variables.has('ROPO_TOKEN')).toBe(false);
    expect(() => machine.read('ran')).toThrow('ENOENT');
  });

  test('a server cannot send commands to the agent in an error message', async () => {
    const machine = newMachine();
    const errorText = '##vso[task.prependpath]/evil ##vso[task.setvariable variable=PATH]x';
    const { url } = await serve({ status: 400, body: { errorId: 1, errorText } });
    const pipeline = { ropoCid: open('1'), ropoApicode: hidden('x'), ROPO_BASE_URL: open(url) };
    const { code, log } = await runJob(machine, pipeline);
    expect([code, log[0]]).toEqual([4, expect.stringContaining('vso[task.prependpath]/evil')]);
  });
});
