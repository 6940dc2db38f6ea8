/** Finds the servers that a user's commands would use. */
import { baseUrlMissing, isNamed } from '../client/server.ts';
import type { TargetOptions } from '../client/target.ts';
import { storedFields } from '../credentials/configured.ts';
import { placesOf } from '../credentials/sources/environment-file.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';
import { hint, quoted } from '../errors.ts';
import type { Run } from '../run.ts';
import { type Finding, failedBy } from './finding.ts';

/** What there is to check. */
export interface Servers {
  /** The providers that use each origin. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with a provider's server already. */
  readonly findings: readonly Finding[];
}

const check = 'server';

/**
 * The origins of the providers that were named, or else that have credentials, a base URL or a session
 * in the profile.
 *
 * @param bare the target of a command that names only the provider
 */
export async function findServers(
  run: Run,
  providers: readonly Declaration[],
  { isNamed: given, bare }: { isNamed: boolean; bare: (declaration: Declaration) => TargetOptions },
): Promise<Servers> {
  const origins = new Map<string, string[]>();
  const findings: Finding[] = [];
  const add = (url: string, name: string) => {
    const { origin } = new URL(url);
    const names = origins.get(origin) ?? [];
    origins.set(origin, names.includes(name) ? names : [...names, name]);
  };
  const sessions = await storedServers(run);
  for (const declaration of providers) {
    const { name } = declaration;
    const stored = sessions.filter(({ provider }) => provider === name);
    for (const { baseUrl } of stored) add(baseUrl, name);
    try {
      const { server } = await run.client.place(bare(declaration));
      const credentials = storedFields(declaration, run.config(), run.profile);
      const bound = credentials.flatMap(({ origin }) => (origin === undefined ? [] : [origin]));
      for (const origin of bound) add(origin, name);
      const isInUse =
        isNamed(server) ||
        inEnvironment(run.context, declaration) ||
        credentials.length > bound.length;
      if (!given && !isInUse) continue;
      if (server) add(server.url, name);
      else if (stored.length + bound.length === 0) {
        const missing = failedBy(check, baseUrlMissing(declaration), { subject: name });
        findings.push({ ...missing, state: 'warning' });
      }
    } catch (error) {
      findings.push(failedBy(check, error, { subject: name }));
    }
  }
  const [first] = providers;
  if (origins.size + findings.length === 0 && first) {
    const message = 'no provider has credentials, a base URL or a session';
    const next = hint`authctl doctor ${quoted(first.name)}`;
    findings.push({ check, state: 'skipped', message, hint: next });
  }
  return { origins, findings };
}

/** Trouble with the store is found by its own check. */
async function storedServers({ store, profile }: Pick<Run, 'store' | 'profile'>) {
  try {
    const sessions = await (await store()).list();
    return sessions.map(({ key }) => key).filter((key) => key.profile === profile);
  } catch {
    return [];
  }
}

/** Whether a variable, or a file that one names, gives a credential. */
function inEnvironment(
  { env }: Pick<Run['context'], 'env'>,
  { name: provider, fields }: Declaration,
): boolean {
  return fields.some(
    ({ name, once, secret }) =>
      !once &&
      (env[variableName(provider, name)] || (secret && placesOf(env, provider, name).length > 0)),
  );
}
