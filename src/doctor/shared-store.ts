/** Checks the store that is shared with other machines, if one is configured. */
import type { Declaration } from '../declaration/declaration.ts';
import { fileVariable, variableName } from '../declaration/names.ts';
import { hint } from '../errors.ts';
import type { Fleet } from '../fleet/open.ts';
import { type Facts, factsOf, tryLease } from '../fleet/probe.ts';
import type { Run } from '../run.ts';
import { type Finding, failedBy } from './finding.ts';

const check = 'shared store';

/** Milliseconds between the clocks that are worth a word: times are the server's, but for the local copy. */
const farOff = 5000;

/** The lines about the store, of which there are none without it. */
export async function checkSharedStore(
  run: Pick<Run, 'fleet' | 'context'>,
  providers: readonly Declaration[],
): Promise<readonly Finding[]> {
  let fleet: Fleet | undefined;
  try {
    fleet = await run.fleet();
    if (!fleet) return [];
    const facts = await factsOf(fleet);
    await tryLease(fleet);
    return [...findings(fleet, facts), ...roleFindings(run, fleet, providers)];
  } catch (error) {
    const found = failedBy(check, error);
    // Its own hint is to look at the store, which this has done.
    const again = hint`authctl config list`;
    return [{ ...found, ...(found.hint === 'authctl store status' && { hint: again }) }];
  }
}

function findings({ settings, ring, world }: Fleet, facts: Facts): readonly Finding[] {
  const { product = 'it', version, policy, replicas, ahead, took } = facts;
  const { shown, tls } = settings.address;
  const does = world.readsOnly
    ? 'lets itself be read and waited at'
    : 'grants a lease, and takes it back';
  const what = version === undefined ? product : `${product} ${version}`;
  const all: Finding[] = [
    {
      check,
      state: 'ok',
      message: `${shown} answers in ${took.toFixed(1)} ms, ${tls ? 'with TLS' : 'in plain text'}; ${what} ${does}`,
    },
  ];
  if (version !== undefined && isBefore(version, [6, 2]) && product === 'redis') {
    all.push({
      check,
      state: 'failed',
      message: `${version} is too old: it has to be 6.2 or later`,
    });
  }
  if (policy === undefined) {
    const message = 'its user may not ask which keys it drops when it is full: it should drop none';
    all.push({
      check,
      state: 'skipped',
      message,
      hint: hint`grant +info, or look for maxmemory-policy noeviction`,
    });
  } else if (policy !== 'noeviction' && !policy.startsWith('volatile-')) {
    const message = `it drops any key when it is full (maxmemory-policy ${policy}), sessions too`;
    all.push({
      check,
      state: 'warning',
      message,
      hint: hint`redis-cli CONFIG SET maxmemory-policy noeviction`,
    });
  } else if (policy !== 'noeviction') {
    const message = `it drops sessions when it is full (maxmemory-policy ${policy}): each costs a login`;
    all.push({
      check,
      state: 'warning',
      message,
      hint: hint`redis-cli CONFIG SET maxmemory-policy noeviction`,
    });
  }
  if (replicas !== undefined) {
    const message = replicas === 0 ? 'it has no replica' : `it has ${replicas} replicas`;
    all.push({ check, state: 'ok', message });
  }
  if (Math.abs(ahead) > farOff) {
    const way = ahead > 0 ? 'ahead of' : 'behind';
    const message = `its clock is ${Math.round(Math.abs(ahead) / 1000)} s ${way} this machine's`;
    all.push({ check, state: 'warning', message, hint: hint`synchronise both clocks` });
  }
  const kids = ring.keys.map(({ kid }) => kid);
  const more = kids.length === 1 ? '' : `, and opens with ${kids.slice(1).join(', ')} too`;
  const seals = world.readsOnly ? 'opens' : 'seals';
  all.push({
    check,
    state: 'ok',
    message: `the key from ${settings.key.from} ${seals} with ${kids[0]}${more}`,
  });
  return all;
}

/** A reader is the safer for what it does not have. */
function roleFindings(
  { context: { env } }: Pick<Run, 'context'>,
  { settings, ring, world }: Fleet,
  providers: readonly Declaration[],
): readonly Finding[] {
  const { variable } = settings;
  const role = world.readsOnly ? 'reader, which never logs in' : 'renewer';
  const all: Finding[] = [{ check, state: 'ok', message: `this machine is a ${role}` }];
  if (world.readsOnly && ring.fingerprint !== undefined) {
    const message =
      'this reader has the whole key, with which it could read refresh tokens and forge sessions';
    all.push({ check, state: 'warning', message, hint: hint`authctl store key reader` });
  }
  const secret = providers
    .flatMap(({ name, fields }) =>
      fields
        .filter((field) => field.secret)
        .flatMap((field) => [variableName(name, field.name), fileVariable(name, field.name)]),
    )
    .find((name) => env[name]);
  if (world.readsOnly && secret !== undefined) {
    all.push({
      check,
      state: 'warning',
      message: `this reader has a password, in ${secret}, which it does not need`,
    });
  }
  if (variable !== undefined) {
    const message = `${variable} chose the store: sessions made with secrets of the keychain, the config or a prompt are not shared`;
    all.push({ check, state: 'ok', message });
  }
  return all;
}

function isBefore(version: string, least: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < least[0] || (major === least[0] && minor < least[1]);
}
