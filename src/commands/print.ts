/** How login, token and refresh print what they got. */

import type { Declaration } from '../declaration/declaration.ts';
import { tokenHeader } from '../declaration/request.ts';
import { AuthctlError } from '../errors.ts';
import type { OutputOptions } from '../output/formats.ts';
import { tokenLine } from '../output/token-line.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session/session.ts';
import { isOn, type RawOptions, text } from './options.ts';

/** Prints a session's tokens in the format that was settled. */
export type Print = (session: Session, source: 'login' | 'refresh' | 'store') => Promise<void>;

/**
 * Settles how the result will be printed, before a credential is touched.
 *
 * @throws AuthctlError `usage`, `setting_missing`
 */
export async function preparePrint(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<Print> {
  const { context } = run;
  const outFile = text(options, 'outFile');
  if (outFile === '') throw new AuthctlError('usage', '--out-file takes a path');
  const asked = await outputOptions(run, declaration, options, outFile);
  // Most callers want the token alone, and the formats take a while to load.
  if (isPlain(asked)) return ({ tokenSet }) => context.stdout.write(tokenLine(tokenSet));
  const { outputFormat } = await import('../output/formats.ts');
  const { deliver } = await import('../output/deliver.ts');
  const render = outputFormat(asked);
  return async ({ key, tokenSet }, source) => {
    const outcome = render({
      provider: key.provider,
      profile: key.profile,
      baseUrl: key.baseUrl,
      tokenSet,
      header: tokenHeader(declaration.use, tokenSet.accessToken),
      source,
      now: context.now(),
    });
    await deliver(outcome, {
      stdout: context.stdout,
      outFile,
      uid: context.uid,
      clock: context.clock,
    });
  };
}

/** The format that -o or --export names. */
export function formatName(options: RawOptions): string | undefined {
  const format = text(options, 'output');
  if (!isOn(options, 'export')) return format;
  if (format === undefined || format === 'env') return 'env';
  throw new AuthctlError('usage', `--export means -o env, not -o ${format}`);
}

/** Whether stdout gets the token alone. */
function isPlain({ format, shell, variable, outFile, stepOutput }: OutputOptions): boolean {
  const given = [format, shell, variable, outFile].some((value) => value !== undefined);
  return !given && !stepOutput;
}

async function outputOptions(
  { context }: Run,
  declaration: Declaration,
  options: RawOptions,
  outFile: string | undefined,
): Promise<OutputOptions> {
  const format = formatName(options);
  const shell = text(options, 'shell');
  const variable = text(options, 'var');
  const parent = await parentShell(context, format, shell);
  return {
    provider: declaration.name,
    ...(format !== undefined && { format }),
    ...(shell !== undefined && { shell }),
    ...(variable !== undefined && { variable }),
    ...(outFile !== undefined && { outFile }),
    stepOutput: isOn(options, 'stepOutput'),
    parentProcess: () => parent,
    githubEnv: context.env['GITHUB_ENV'],
    githubOutput: context.env['GITHUB_OUTPUT'],
    uuid: context.uuid,
  };
}

/** The parent process's name, asked for only where a shell's syntax depends on it. */
export async function parentShell(
  context: Run['context'],
  format: string | undefined,
  shell: string | undefined,
): Promise<string | undefined> {
  return format === 'env' && shell === undefined ? context.parentProcess() : undefined;
}
