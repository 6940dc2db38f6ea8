/** `authctl exec <provider>[,…] -- <command>`: runs a command with tokens in its environment. */
import { childEnvironment } from '../child/environment.ts';
import type { Target, TargetOptions } from '../client/target.ts';
import { storeSecretVariables } from '../config/store-names.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { secretVariables, sharedVariable } from '../declaration/variables.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { expiresAt } from '../output/expiry.ts';
import { variableNames } from '../output/variables.ts';
import type { Run } from '../run.ts';
import { isFresh, noteIfShort } from '../session/freshness.ts';
import { printable } from '../terminal/printable.ts';

export interface ExecOptions {
  readonly targets: readonly TargetOptions[];
  /** The value of --var, by provider. */
  readonly variables: ReadonlyMap<string, string>;
  /** Milliseconds that every token must still be valid. */
  readonly needed: number;
  /** Shows the requests, and neither sends them nor runs the command. */
  readonly dryRun: boolean;
  readonly command: readonly string[];
}

/**
 * Runs the command. To be called inside `hintNotStarted`.
 *
 * @returns its exit code; 128 + n if signal n ended it, and authctl ends by it too; 126 if it is not executable, 127 if not found
 * @throws AuthctlError if a token cannot be obtained: then the command was not started
 */
export async function exec(run: Run, options: ExecOptions): Promise<number> {
  const { context } = run;
  const { targets, command } = options;
  const declarations = targets.map(({ declaration }) => declaration);
  if (command.length === 0) {
    throw new AuthctlError('usage', 'exec needs a command to run', {
      hint: hint`authctl exec ${named(declarations[0]?.name ?? '')} --help`,
    });
  }
  requireOwnVariables(declarations);
  requireOwnNames(declarations, options);
  if (options.dryRun) return showRequests(run, options);
  // Before a lock or a connection is opened.
  const inherited = await context.inherited();
  const resolved: Target[] = [];
  for (const target of targets) resolved.push(await run.client.target(target));
  if (resolved.length > 1) await requireAll(run, resolved, options);
  const added: Record<string, string> = {};
  for (const target of resolved) Object.assign(added, await variablesFor(run, target, options));
  const secrets = [...declarations.flatMap(secretVariables), ...storeSecretVariables];
  const { runChild } = await import('../child/run.ts');
  const { exitCode, signal, problem } = await runChild(command, {
    env: childEnvironment(context.env, secrets, added, context.platform),
    onSignal: context.onSignal,
    inherited,
  });
  if (signal !== undefined) context.endBy(signal);
  if (problem !== undefined) {
    await context.stderr.write(`authctl: ${printable(command[0] ?? '')}: ${problem}\n`);
  }
  return exitCode;
}

/** @throws AuthctlError that names what any of several targets lacks, before one is logged in to */
async function requireAll(
  { client, context }: Run,
  targets: readonly Target[],
  { needed }: ExecOptions,
): Promise<void> {
  const now = context.clock.now();
  const isGood = (tokenSet: TokenSet) => isGoodForCommand(tokenSet, now, needed);
  const errors: AuthctlError[] = [];
  for (const target of targets) {
    const error = await client.missing(target, { isGood });
    if (error) errors.push(error);
  }
  const [first, ...others] = errors;
  if (!first) return;
  if (others.length === 0) throw first;
  throw new AuthctlError(first.code, errors.map((error) => error.message).join('; '), {
    hint: 'authctl help credentials',
  });
}

async function showRequests(run: Run, { targets, needed }: ExecOptions): Promise<number> {
  const { showRequest } = await import('./token.ts');
  const now = run.context.clock.now();
  for (const options of targets) {
    const isGood = (tokenSet: TokenSet) => isGoodForCommand(tokenSet, now, needed);
    await showRequest(run, await run.client.target(options), { isGood });
  }
  return 0;
}

/** @throws AuthctlError `usage` if a variable of one provider is another's too */
function requireOwnVariables(declarations: readonly Declaration[]): void {
  for (const [index, one] of declarations.entries()) {
    for (const other of declarations.slice(index + 1)) {
      const variable = one === other ? undefined : sharedVariable(one, other);
      if (variable === undefined) continue;
      throw new AuthctlError(
        'usage',
        `${one.name} and ${other.name} cannot be used together: both set or read ${variable}`,
      );
    }
  }
}

/** @throws AuthctlError `usage` if a name of --var is a variable that another provider sets */
function requireOwnNames(
  declarations: readonly Declaration[],
  { variables }: Pick<ExecOptions, 'variables'>,
): void {
  const owners = new Map<string, string>();
  for (const { name } of declarations) {
    const names = variableNames(name, variables.get(name));
    for (const variable of [names.token, names.expiresAt, names.refreshToken]) {
      // Windows ignores case.
      const owner = owners.get(variable.toUpperCase()) ?? name;
      if (owner !== name) {
        throw new AuthctlError('usage', `${owner} and ${name} would both set ${variable}`);
      }
      owners.set(variable.toUpperCase(), name);
    }
  }
}

/**
 * Adds to every error, including one in the options, that the command was not started: to its hint, unless
 * that is a command to be pasted.
 */
export async function hintNotStarted(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const { hint: known } = error.details;
    if (known?.startsWith('authctl ')) {
      const message = `${error.message}; the command was not started`;
      throw new AuthctlError(error.code, message, error.details);
    }
    throw new AuthctlError(error.code, error.message, {
      ...error.details,
      hint: known ? hint`the command was not started; ${known}` : 'the command was not started',
    });
  }
}

async function variablesFor(
  { client, context, notices, interruptible }: Run,
  target: Target,
  { variables: renamed, needed }: ExecOptions,
): Promise<Record<string, string>> {
  const { now } = context.clock;
  const { name } = target.declaration;
  const names = variableNames(name, renamed.get(name));
  const isGood = (tokenSet: TokenSet) => isGoodForCommand(tokenSet, now(), needed);
  const { session } = await interruptible((signal) => client.token(target, { isGood, signal }));
  const { tokenSet } = session;
  noteIfShort(tokenSet, now(), needed, notices.notice);
  const expiry = expiresAt(tokenSet);
  const { variables } = await client.carried(target, session);
  return {
    [names.token]: tokenSet.accessToken,
    ...(expiry !== null && { [names.expiresAt]: expiry }),
    ...Object.fromEntries(variables.map(({ name, value }) => [name, value])),
  };
}

/** A command may run for a long time, so its token must have half of its lifetime left. */
function isGoodForCommand(tokenSet: TokenSet, now: number, needed: number): boolean {
  return isFresh(tokenSet, now, Math.max(needed, (tokenSet.lifetime ?? 0) / 2));
}
