/** `authctl token <provider>`: prints a valid token, from the store, else by refresh, else by login. */
import { childEnvironment } from '../child/environment.ts';
import type { Target, TargetOptions } from '../client/target.ts';
import type { Renewal } from '../client/watch.ts';
import { storeSecretVariables } from '../config/store-names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { secretVariables } from '../declaration/variables.ts';
import { AuthctlError } from '../errors.ts';
import { hasChanged } from '../files/changed.ts';
import { guardFile } from '../files/file-guard.ts';
import { isInUse } from '../output/out-file.ts';
import { type Print, type PrintOptions, preparePrint } from '../output/printer.ts';
import type { Run } from '../run.ts';
import { isFresh, noteIfShort, timeFresh } from '../session/freshness.ts';
import type { Obtained } from '../session/session.ts';

export interface TokenOptions {
  readonly target: TargetOptions;
  readonly print: PrintOptions;
  readonly dryRun: boolean;
  /** Milliseconds that the token must still be valid. */
  readonly needed: number;
  /** Whether the stored token met a 401. */
  readonly rejected: boolean;
  /** Keeps a file up to date until a signal arrives. */
  readonly watch?: { readonly outFile: string; readonly onRenew?: string };
}

/** Runs the command. @throws AuthctlError if a token cannot be obtained or printed */
export async function token(run: Run, options: TokenOptions): Promise<void> {
  const { client, context, notices, interruptible } = run;
  const { needed, rejected, watch } = options;
  const { now } = context.clock;
  const print = await preparePrint(
    { ...context, notice: notices.noticeOnce },
    options.target.declaration,
    options.print,
  );
  const target = await client.target(options.target);
  const isGood = (tokenSet: TokenSet) => isFresh(tokenSet, now(), needed);
  if (options.dryRun) return showRequest(run, target, { isGood, rejected });
  if (watch) return keepFresh(run, target, { ...watch, needed, print });
  const obtained = await interruptible((signal) =>
    client.token(target, { isGood, rejected, signal }),
  );
  await run.offerToKeep(obtained);
  noteIfShort(obtained.session.tokenSet, now(), needed, notices.notice);
  await print(obtained, () => client.carried(target, obtained.session));
}

/** Prints the request that a token would need, or that it would need none, for `--dry-run`. */
export async function showRequest(
  { client, context, notices }: Run,
  target: Target,
  options: { readonly isGood: (tokenSet: TokenSet) => boolean; readonly rejected?: boolean },
): Promise<void> {
  const requests = await client.preview.token(target, options);
  if (!requests) {
    const { title } = target.declaration;
    return notices.notice(`notice: the stored token of ${title} is good: nothing would be sent`);
  }
  const { shownText } = await import('../output/request.ts');
  await context.stdout.write(shownText(requests));
}

/** The file that is kept up to date. */
interface Watched {
  readonly outFile: string;
  readonly onRenew?: string;
  readonly needed: number;
  readonly print: Print;
}

async function keepFresh(run: Run, target: Target, watched: Watched): Promise<void> {
  const { needed, outFile, onRenew } = watched;
  const { context, notices } = run;
  const begin = `keeping ${outFile} up to date; Ctrl-C ends it`;
  if (context.stderr.isTTY) notices.notice(begin);
  else notices.detail(begin);
  const guard = guardFile(outFile, context.clock);
  let isKept = false;
  /** Why the file has to be written again. */
  let trouble: string | undefined;
  const isLost = () => {
    const lost = guard.isLost();
    if (lost) trouble ??= 'was removed or changed';
    return lost;
  };
  await run.interruptible(async (signal) => {
    for await (const renewal of await run.client.watch(target, { needed, signal, isLost })) {
      if ('error' in renewal) {
        reportError(run, outFile, renewal);
        continue;
      }
      const { obtained } = renewal;
      const again = trouble;
      trouble = undefined;
      try {
        await write(run, target, watched, obtained);
      } catch (error) {
        if (!(error instanceof AuthctlError)) throw error;
        // Its directory may come back, and its reader go away. The first token must be written.
        if (!again && !(isKept && isInUse(error))) throw error;
        trouble = again ?? 'could not be replaced';
        notices.notice(`notice: ${outFile} ${trouble}, and: ${error.message}`);
        guard.giveUp();
        continue;
      }
      if (again) notices.notice(`notice: ${outFile} ${again}, and is written again`);
      guard.keep();
      isKept = true;
      if (onRenew === undefined) continue;
      await afterRenewal(run, target, { outFile, onRenew, needed }, { obtained, signal });
      // What the command does to the file is meant.
      guard.keep();
    }
  });
}

function reportError(
  { notices }: Run,
  outFile: string,
  { error, expired, pause }: Extract<Renewal, { error: unknown }>,
): void {
  const state = expired ? 'has expired' : 'stays';
  notices.notice(
    `${error.message}; the token in ${outFile} ${state}, next try in ${Math.round(pause / 1000)} s`,
  );
}

async function write(
  { client, notices }: Run,
  target: Target,
  { outFile, print }: Watched,
  obtained: Obtained,
): Promise<void> {
  const { file } = target.declaration;
  if (file && hasChanged(file)) {
    notices.noticeOnce(
      `notice: ${file.path} has changed; this run keeps the declaration that it began with`,
    );
  }
  await print(obtained, () => client.carried(target, obtained.session));
  notices.detail(`wrote ${outFile}`);
}

/** Milliseconds that the --on-renew command may take, if the token is good for longer. */
const longestCommand = 60_000;

/** Runs the --on-renew command, which must not keep the next token from being written. */
async function afterRenewal(
  { context, notices }: Run,
  target: Target,
  { outFile, onRenew, needed }: Pick<Watched, 'outFile' | 'needed'> & { readonly onRenew: string },
  { obtained, signal }: { readonly obtained: Obtained; readonly signal: AbortSignal },
): Promise<void> {
  const { runShellLine } = await import('../child/shell-line.ts');
  const { clock, signalGroup } = context;
  const { tokenSet } = obtained.session;
  const problem = await runShellLine(onRenew, {
    env: childEnvironment(
      context.env,
      [...secretVariables(target.declaration), ...storeSecretVariables],
      { AUTHCTL_OUT_FILE: outFile },
      context.platform,
    ),
    limit: Math.min(longestCommand, Math.max(1000, timeFresh(tokenSet, clock.now(), needed))),
    clock,
    signalGroup,
    signal,
  });
  if (problem !== undefined) notices.notice(`notice: the --on-renew command ${problem}`);
}
