/** Prepares how a command prints its token, so that invalid options fail before the login. */

import type { Clock } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { keptValues } from '../declaration/kept.ts';
import type { Carried } from '../declaration/use.ts';
import { AuthctlError } from '../errors.ts';
import type { Obtained } from '../session/session.ts';
import type { Sink } from '../terminal/streams.ts';
import type { OutputOptions } from './formats.ts';
import { tokenLine } from './token-line.ts';

/** The options of the command line. */
export interface PrintOptions {
  /** -o, or `env` for --export; `token` without either. */
  readonly format?: string;
  /** --shell. */
  readonly shell?: string;
  /** --var. */
  readonly variable?: string;
  /** --step-output. */
  readonly stepOutput: boolean;
  /** --out-file. */
  readonly outFile?: string;
  /** Milliseconds to wait for the reader of a FIFO; no limit by default. */
  readonly readerTimeout?: number;
}

/** What printing needs from the outside. */
export interface PrintWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly stdout: Sink;
  readonly clock: Clock;
  readonly uuid: () => string;
  readonly parentProcess: () => Promise<string | undefined>;
  /** Receives what the user should know of how the result was written. */
  readonly notice?: (text: string) => void;
}

/**
 * Prints a session's tokens in the prepared format.
 *
 * @param carried finds what a call needs besides: most formats ask for it
 */
export type Print = (obtained: Obtained, carried: () => Promise<Carried>) => Promise<void>;

/** @throws AuthctlError `usage`, `setting_missing` */
export async function preparePrint(
  world: PrintWorld,
  declaration: Pick<Declaration, 'name' | 'answer' | 'login'>,
  options: PrintOptions,
): Promise<Print> {
  const { name } = declaration;
  const { stdout, clock, uid, notice } = world;
  const { outFile, readerTimeout } = options;
  if (outFile === '') throw new AuthctlError('usage', '--out-file needs a path');
  // Most callers need only the token, and loading the formats takes time.
  if (isPlain(options)) return ({ session }) => stdout.write(tokenLine(session.tokenSet));
  const { outputFormat } = await import('./formats.ts');
  const { deliver } = await import('./deliver.ts');
  const keep = [...keptValues(declaration).keys()];
  const render = outputFormat({ ...(await formatOptions(world, name, options)), keep });
  const needsToken = (options.format ?? 'token') === 'token';
  return async ({ session: { key, tokenSet }, source }, carried) => {
    const outcome = render({
      provider: key.provider,
      profile: key.profile,
      baseUrl: key.baseUrl,
      tokenSet,
      carried: needsToken ? nothing : await carried(),
      source,
      now: clock.now(),
    });
    await deliver(outcome, { stdout, outFile, uid, clock, readerTimeout, notice });
  };
}

/** For the token alone. */
const nothing: Carried = {
  carriers: () => ({ headers: [], query: [], cookies: [] }),
  variables: [],
};

/** Whether only the token is printed, to stdout. */
function isPlain({ format, shell, variable, outFile, stepOutput }: PrintOptions): boolean {
  const given = [format, shell, variable, outFile].some((value) => value !== undefined);
  return !given && !stepOutput;
}

async function formatOptions(
  { env, uuid, ...world }: PrintWorld,
  provider: string,
  options: PrintOptions,
): Promise<OutputOptions> {
  const parent = await parentShell(world, options);
  return {
    ...options,
    provider,
    parentProcess: () => parent,
    githubEnv: env['GITHUB_ENV'],
    githubOutput: env['GITHUB_OUTPUT'],
    uuid,
  };
}

/** The parent process's name, if the output depends on it. */
export async function parentShell(
  { parentProcess }: Pick<PrintWorld, 'parentProcess'>,
  { format, shell }: Pick<PrintOptions, 'format' | 'shell'>,
): Promise<string | undefined> {
  return format === 'env' && shell === undefined ? parentProcess() : undefined;
}
