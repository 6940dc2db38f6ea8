/** Runs the steps of a GitHub Actions job, including those of composite actions, like the runner. */
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { bin, type Env, run } from '../e2e/harness.ts';
import { type Contexts, holds, interpolate } from './expressions.ts';
import { logOf, readCommandFile } from './github-log.ts';
import type { Machine } from './toolbox.ts';

/** A step of a workflow or an action. */
export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string } | null>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface JobOptions {
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** The `env` of the job. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface JobResult {
  /** The exit code of the step that failed, else 0. */
  readonly code: number | null;
  /** The raw output of all steps. */
  readonly output: string;
  /** The log as it is shown. */
  readonly shown: string;
  /** The variables that steps set for later steps. */
  readonly env: ReadonlyMap<string, string>;
  /** By the id of the step. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Job {
  readonly machine: Machine;
  readonly contexts: Contexts;
  readonly env: Map<string, string>;
  readonly path: string[];
  masks: readonly string[];
  output: string;
  shown: string;
}

type Outputs = Record<string, Record<string, string>>;

/** Runs a job's steps up to the first one that fails. `uses` may be the checkout or this project's action. */
export async function runJob(
  machine: Machine,
  steps: readonly Step[],
  { vars = {}, secrets = {}, env = {} }: JobOptions = {},
): Promise<JobResult> {
  const job: Job = {
    machine,
    contexts: { vars, secrets },
    env: new Map(Object.entries(env)),
    path: [machine.path],
    masks: Object.values(secrets),
    output: '',
    shown: '',
  };
  const outputs: Outputs = {};
  const code = await runSteps(job, steps, { ...job.contexts }, outputs);
  return { code, output: job.output, shown: job.shown, env: job.env, outputs };
}

async function runSteps(
  job: Job,
  steps: readonly Step[],
  contexts: Contexts,
  outputs: Outputs,
  outerEnv: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  for (const step of steps) {
    const outer = { ...Object.fromEntries(job.env), ...outerEnv };
    const before = { ...contexts, env: outer, steps: stepsContext(outputs) };
    if (step.if !== undefined && !holds(step.if, before)) continue;
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [
      name,
      interpolate(text, before),
    ]);
    const env = { ...outer, ...Object.fromEntries(own) };
    const given: Record<string, string> = {};
    const code =
      step.uses === undefined
        ? await runScript(job, interpolate(step.run ?? '', before), env, step.shell, given)
        : await useAction(job, step, before, env, given);
    if (step.id !== undefined) outputs[step.id] = given;
    if (code !== 0) return code;
  }
  return 0;
}

async function useAction(
  job: Job,
  { uses = '', with: given = {} }: Step,
  contexts: Contexts,
  env: Readonly<Record<string, string>>,
  outputs: Record<string, string>,
): Promise<number | null> {
  if (uses.startsWith('actions/checkout@')) return 0;
  const action: Action = parse(readFileSync('action.yml', 'utf8'));
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`the action has no input ${unknown.join(', ')}`);
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [
      name,
      interpolate(String(given[name] ?? input?.default ?? ''), contexts),
    ]),
  );
  const inner: Outputs = {};
  // An action has no access to the secrets and variables of the repository.
  const code = await runSteps(job, action.runs.steps, { inputs }, inner, env);
  for (const [name, { value }] of Object.entries(action.outputs)) {
    outputs[name] = interpolate(value, { steps: stepsContext(inner) });
  }
  return code;
}

function stepsContext(outputs: Outputs): Contexts {
  return Object.fromEntries(Object.entries(outputs).map(([id, each]) => [id, { outputs: each }]));
}

let scripts = 0;

async function runScript(
  job: Job,
  text: string,
  env: Env,
  shell: string | undefined,
  outputs: Record<string, string>,
): Promise<number | null> {
  const { machine } = job;
  const fresh = (name: string, content = '') => {
    scripts += 1;
    const path = join(machine.temp, `${name}-${scripts}`);
    writeFileSync(path, content);
    return path;
  };
  const files = {
    GITHUB_ENV: fresh('set_env'),
    GITHUB_OUTPUT: fresh('set_output'),
    GITHUB_PATH: fresh('add_path'),
  };
  const options = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
  const outcome = await run(['bash', ...options, fresh('script', text)], {
    home: machine.home,
    cwd: machine.checkout,
    env: {
      ...env,
      ...files,
      AUTHCTL: bin,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: machine.temp,
      PATH: job.path.join(delimiter),
    },
  });
  const output = outcome.stdout + outcome.stderr;
  const log = logOf(output, job.masks);
  job.output += output;
  job.shown += log.shown;
  job.masks = log.masks;
  for (const [name, value] of readCommandFile(readFileSync(files.GITHUB_ENV, 'utf8'))) {
    job.env.set(name, value);
  }
  for (const [name, value] of readCommandFile(readFileSync(files.GITHUB_OUTPUT, 'utf8'))) {
    outputs[name] = value;
  }
  const added = readFileSync(files.GITHUB_PATH, 'utf8').split('\n').filter(Boolean);
  job.path.unshift(...added);
  return outcome.code;
}
