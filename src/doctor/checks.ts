/** Runs all checks of `authctl doctor` side by side, within a time. */
import type { TargetOptions } from '../client/target.ts';
import { after } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { AuthctlError } from '../errors.ts';
import { type Hint, hint } from '../errors.ts';
import type { SendOptions } from '../http/message.ts';
import type { Run } from '../run.ts';
import { checkCompletions } from './completions.ts';
import { checkConfig } from './config.ts';
import { checkDeclared } from './declared.ts';
import type { Check, Finding } from './finding.ts';
import { checkKeychain } from './keychain.ts';
import { checkAuthorities, checkProxy, checkServers } from './network.ts';
import { checkNode } from './runtime.ts';
import { findServers } from './servers.ts';
import { checkSharedStore } from './shared-store.ts';
import { checkStore } from './store.ts';

/** What is checked. */
export interface Checkup {
  /** All providers. */
  readonly all: readonly Declaration[];
  /** Those that the command names, if it names any. */
  readonly named?: readonly Declaration[];
  /** The declared ones whose files cannot be used. */
  readonly broken: readonly { readonly name: string; readonly error: AuthctlError }[];
  readonly transport: SendOptions;
  /** The target of a command that names only the provider. */
  readonly bare: (declaration: Declaration) => TargetOptions;
}

/** The part of the time that the network may take: its own messages say more than that of a late check. */
const ofNetwork = 0.9;

/** The findings, in the order of the checks. */
export async function checkUp(run: Run, checkup: Checkup): Promise<readonly Finding[]> {
  const { all, named, broken, transport, bare } = checkup;
  const { context } = run;
  const { env, clock } = context;
  const options = {
    ...transport,
    timeout: transport.timeout * ofNetwork,
    allowed: transport.timeout,
  };
  const limit = { clock, timeout: options.timeout };
  const checks: readonly Check[] = [
    { name: 'Node', run: async () => [checkNode(context.nodeVersion)] },
    { name: 'config', run: async () => checkConfig(run, all) },
    { name: 'store', run: async () => [await checkStore(run)] },
    { name: 'shared store', run: () => checkSharedStore(run, named ?? all) },
    { name: 'keychain', run: async () => [await checkKeychain(run)] },
    { name: 'providers', run: async () => checkDeclared(named ?? all, broken) },
    { name: 'completions', run: async () => [await checkCompletions(run)] },
    { name: 'proxy', run: async () => checkProxy(env) },
    { name: 'authorities', run: () => checkAuthorities(env, transport, limit) },
    {
      name: 'server',
      run: async () => {
        const isNamed = named !== undefined;
        const servers = await findServers(run, named ?? all, { isNamed, bare });
        return checkServers(run, servers, options);
      },
    },
  ];
  const found = await Promise.all(checks.map((each) => inTime(each, transport.timeout)));
  return found.flat();
}

async function inTime({ name, run }: Check, timeout: number): Promise<readonly Finding[]> {
  let stop = () => {};
  const late = new Promise<readonly Finding[]>((resolve) => {
    const message = `it did not end within ${Math.round(timeout / 100) / 10} s`;
    const more = moreTime(timeout);
    stop = after(timeout, () => resolve([{ check: name, state: 'failed', message, hint: more }]));
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    stop();
  }
}

/** The command with twice the time. @param timeout milliseconds */
function moreTime(timeout: number): Hint {
  return hint`authctl doctor --timeout ${Math.ceil(timeout / 500)}s`;
}
