/** `authctl token <provider>`: prints a valid token, from the store, else by refresh, else by login. */
import { childEnvironment } from '../child/environment.ts';
import type { Target, TargetOptions } from '../client/target.ts';
import type { Renewal } from '../client/watch.ts';
import { secretVariables } from '../declaration/names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { hasChanged } from '../files/changed.ts';
import { type Print, type PrintOptions, preparePrint } from '../output/printer.ts';
import type { Run } from '../run.ts';
import { isFresh, noteIfShort } from '../session/freshness.ts';

export interface TokenOptions {
  readonly target: TargetOptions;
  readonly print: PrintOptions;
  readonly dryRun: boolean;
  /** Milliseconds that the token must still be valid. */
  readonly needed: number;
  /** Keeps a file up to date until a signal arrives. */
  readonly watch?: { readonly outFile: string; readonly onRenew?: string };
}

/** Runs the command. @throws AuthctlError if a token cannot be obtained or printed */
export async function token(run: Run, options: TokenOptions): Promise<void> {
  const { client, context, notices, interruptible } = run;
  const { needed, watch } = options;
  const { now } = context.clock;
  const print = await preparePrint(context, options.target.declaration, options.print);
  const target = await client.target(options.target);
  const isGood = (tokenSet: TokenSet) => isFresh(tokenSet, now(), needed);
  if (options.dryRun) return showRequest(run, target, { isGood });
  if (watch) return keepFresh(run, target, { ...watch, needed, print });
  const obtained = await interruptible((signal) => client.token(target, { isGood, signal }));
  noteIfShort(obtained.session.tokenSet, now(), needed, notices.notice);
  await print(obtained, () => client.carried(target, obtained.session));
}

/** Prints the request that a token would need, or that it would need none, for `--dry-run`. */
export async function showRequest(
  { client, context, notices }: Run,
  target: Target,
  options: { readonly isGood: (tokenSet: TokenSet) => boolean },
): Promise<void> {
  const request = await client.preview.token(target, options);
  if (!request) {
    const { title } = target.declaration;
    return notices.notice(`notice: the stored token of ${title} is good: nothing would be sent`);
  }
  const { requestText } = await import('../output/request.ts');
  await context.stdout.write(requestText(request));
}

/** The file that is kept up to date. */
interface Watched {
  readonly outFile: string;
  readonly onRenew?: string;
  readonly needed: number;
  readonly print: Print;
}

async function keepFresh(run: Run, target: Target, watched: Watched): Promise<void> {
  const { needed } = watched;
  await run.interruptible(async (signal) => {
    for await (const renewal of await run.client.watch(target, { needed, signal })) {
      await report(run, target, watched, renewal);
    }
  });
}

async function report(
  { client, context, notices }: Run,
  target: Target,
  { outFile, onRenew, print }: Watched,
  renewal: Renewal,
): Promise<void> {
  if ('error' in renewal) {
    const { error, expired, pause } = renewal;
    const state = expired ? 'has expired' : 'stays';
    return notices.notice(
      `${error.message}; the token in ${outFile} ${state}, next try in ${Math.round(pause / 1000)} s`,
    );
  }
  const { file } = target.declaration;
  if (file && hasChanged(file)) {
    notices.noticeOnce(
      `notice: ${file.path} has changed; this run keeps the declaration that it began with`,
    );
  }
  const { obtained } = renewal;
  await print(obtained, () => client.carried(target, obtained.session));
  notices.detail(`wrote ${outFile}`);
  if (onRenew === undefined) return;
  const { runShellLine } = await import('../child/shell-line.ts');
  const env = childEnvironment(context.env, secretVariables(target.declaration), {
    AUTHCTL_OUT_FILE: outFile,
  });
  const problem = await runShellLine(onRenew, env);
  if (problem !== undefined) notices.notice(`notice: the --on-renew command ${problem}`);
}
