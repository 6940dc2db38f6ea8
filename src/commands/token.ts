/** `authctl token <provider>`: a token that is good, from the store, else by refresh, else by login. */

import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { interruptible, tokenSource, warnIfShort } from './obtain.ts';
import { duration, isOn, type RawOptions, text } from './options.ts';
import { preparePrint } from './print.ts';

/** Runs the command. @throws AuthctlError whatever goes wrong on the way to a token */
export async function token(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  const { now } = run.context;
  if (isOn(options, 'unset')) {
    const { printUnset } = await import('./unset.ts');
    return printUnset(run, declaration, options);
  }
  const watch = isOn(options, 'watch');
  const outFile = text(options, 'outFile');
  const onRenew = text(options, 'onRenew');
  if (watch && outFile === undefined) {
    throw new AuthctlError('usage', '--watch keeps a file up to date, which --out-file must name');
  }
  if (onRenew !== undefined && !watch) {
    throw new AuthctlError('usage', '--on-renew goes with --watch');
  }
  const needed = duration('--min-ttl', text(options, 'minTtl') ?? '0');
  const print = await preparePrint(run, declaration, options);
  const source = await tokenSource(run, declaration, options);
  const obtain = () => source.obtain((tokenSet) => isFresh(tokenSet, now(), needed));
  if (watch) {
    const { keepFresh } = await import('./watch.ts');
    return keepFresh(run, { declaration, obtain, print, needed, outFile: outFile ?? '', onRenew });
  }
  const obtained = await interruptible(run, obtain);
  warnIfShort(run, timeLeft(obtained.session.tokenSet, now()), needed);
  await print(obtained.session, obtained.source);
}
