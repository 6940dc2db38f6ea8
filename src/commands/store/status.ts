/** `authctl store status`: shows the shared store, and what it has of the sessions on this machine. */
import { AuthctlError, hint } from '../../errors.ts';
import { type Fleet, requireFleet } from '../../fleet/open.ts';
import { roundTrip, type Surveyed, survey, testName } from '../../fleet/survey.ts';
import type { Run } from '../../run.ts';
import { describeAccount } from '../../session/key.ts';
import { durationWords } from '../../terminal/duration.ts';
import { loadPaint } from '../../terminal/paint.ts';
import { printable, printableJson } from '../../terminal/printable.ts';
import { tableText } from '../../terminal/table.ts';

/** How it is printed. */
export interface StoreStatusOptions {
  readonly json: boolean;
  readonly noColor: boolean;
}

/** @throws AuthctlError `setting_missing` without a store; `store` if it cannot be reached or refuses */
export async function storeStatus(run: Run, { json, noColor }: StoreStatusOptions): Promise<void> {
  const { context } = run;
  const fleet = requireFleet(await run.fleet());
  const sessions = await (await run.store()).list();
  const { took, found } = await look(fleet, sessions);
  if (json) {
    const text = JSON.stringify(asJson(fleet, took, found), undefined, 2);
    return context.stdout.write(`${printableJson(text)}\n`);
  }
  const { isTTY, columns } = context.stdout;
  const paint = await loadPaint({ isTTY, env: context.env, noColor });
  const lines = factsOf(fleet, took).map(
    ([name, value]) => `${name.padEnd(8)}${printable(value)}\n`,
  );
  const table =
    found.length === 0
      ? ''
      : `\n${tableText(columnsOf, found.map(cells), { columns, bold: paint?.bold })}`;
  await context.stdout.write(`${lines.join('')}${table}`);
}

async function look(fleet: Fleet, sessions: Parameters<typeof survey>[1]) {
  try {
    const took = await roundTrip(fleet, testName(fleet));
    return { took, found: await survey(fleet, sessions) };
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'store') throw error;
    throw new AuthctlError('store', error.message, {
      ...error.details,
      hint: hint`authctl doctor`,
    });
  }
}

function factsOf({ settings, ring, world }: Fleet, took: number): readonly [string, string][] {
  const { address, variable, key } = settings;
  const [first, ...others] = ring.keys.map(({ kid }) => kid);
  const more = others.length === 0 ? '' : `; opens with ${others.join(', ')} too`;
  return [
    ['store', `${address.shown}, which ${variable ?? 'the config'} chose`],
    ['user', address.user ?? 'default'],
    ['role', world.readsOnly ? 'reader' : 'renewer'],
    ['key', `${first}, from ${key.from}${more}`],
    ['answers', `in ${took.toFixed(1)} ms`],
  ];
}

const columnsOf = [
  { title: 'PROVIDER' },
  { title: 'PROFILE', flexible: true },
  { title: 'ACCOUNT', flexible: true },
  { title: 'IN THE STORE' },
  { title: 'THIS COPY' },
  { title: 'NOW', flexible: true },
];

function cells({ session, isShared, left, isBehind, lease, failure }: Surveyed): string[] {
  const { key, tokenSet } = session;
  const good = left === undefined ? 'yes' : `${durationWords(left)} left`;
  const copy = !tokenSet.shared ? 'not shared' : isBehind ? 'of an earlier token' : 'the same';
  return [
    key.provider,
    key.profile,
    describeAccount(key.account),
    isShared ? good : 'no',
    copy,
    lease === undefined ? (failure ?? '') : 'a machine is asking the server',
  ];
}

function asJson({ settings, ring, world }: Fleet, took: number, found: readonly Surveyed[]) {
  const { address, variable = null } = settings;
  return {
    url: address.shown,
    user: address.user ?? 'default',
    variable,
    role: world.readsOnly ? 'reader' : 'renewer',
    keys: ring.keys.map(({ kid }) => kid),
    milliseconds: Math.round(took * 10) / 10,
    sessions: found.map(
      ({ session: { key }, isShared, left, isBehind, lease, failure = null }) => ({
        provider: key.provider,
        profile: key.profile,
        account: describeAccount(key.account),
        base_url: key.baseUrl,
        shared: isShared,
        expires_in: left === undefined ? null : Math.max(0, Math.floor(left / 1000)),
        behind: isBehind,
        asking: lease !== undefined,
        failure,
      }),
    ),
  };
}
