/** One-time codes that are worked out: each is used once, since servers refuse one that they have seen. */
import { renderTemplate } from '../declaration/template.ts';
import { type TotpOptions, totpCounter } from '../declaration/totp.ts';
import { AuthctlError } from '../errors.ts';
import { fingerprint } from '../session/account.ts';
import type { Attempt } from './attempt.ts';

/**
 * Claims the codes that a request has, for which it may have to wait for the next ones.
 *
 * @param names the names that the request uses
 * @param left milliseconds that it may take
 * @returns the moment whose codes are used; undefined if the request has none
 * @throws AuthctlError `timeout` if the next code comes too late
 */
export async function claimCodes(
  { connection, store, notice }: Attempt,
  names: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
  left: () => number,
): Promise<number | undefined> {
  const { declaration, clock, baseUrl, progress } = connection;
  let moment: number | undefined;
  for (const [name, derivation] of Object.entries(declaration.derive ?? {})) {
    if (!('totp' in derivation) || !names.has(name)) continue;
    const { totp } = derivation;
    const seed = renderTemplate(totp.secret, (each) => values.get(each));
    if (seed === undefined) continue;
    const owner = fingerprint(
      [
        { name: 'seed', value: seed },
        { name: 'server', value: baseUrl },
      ],
      await store.fingerprintKey(),
    );
    moment = clock.now();
    while (!(await store.claim(`${owner}-${totpCounter(totp, moment)}`))) {
      const wait = nextPeriod(totp, moment) - moment;
      const used = `the current one-time code has been used; the next one comes in ${Math.ceil(wait / 1000)} s`;
      if (wait >= left()) {
        throw new AuthctlError('timeout', `${used}, later than --timeout allows`, {
          provider: declaration.name,
        });
      }
      notice(`notice: ${used}`);
      await progress.during('waiting for the next one-time code', () => clock.sleep(wait));
      moment = clock.now();
    }
  }
  return moment;
}

/** In milliseconds since the epoch. */
function nextPeriod(totp: TotpOptions, now: number): number {
  return (totpCounter(totp, now) + 1) * (totp.period ?? 30) * 1000;
}
