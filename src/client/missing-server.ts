/** The error for a server that is not known: it names what else is missing too. */

import { settingHint } from '../config/key.ts';
import { hintCommand } from '../credentials/hint.ts';
import { whyUnstorable } from '../credentials/keychain/entries.ts';
import { emptyVariables, waysToGive } from '../credentials/missing.ts';
import { candidatesFor, type Sources } from '../credentials/precedence.ts';
import { loginsForFlags } from '../credentials/resolve.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField, flagName, variableName } from '../declaration/names.ts';
import { requiredFields } from '../declaration/uses.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { ClientWorld } from './world.ts';

/** What is missing. */
export interface Missing {
  /** Whether the base URL is. */
  readonly lacksServer?: boolean;
  readonly fields: readonly string[];
  /** What can give it; without it, only flags can, because the command is about storing it. */
  readonly sources?: Pick<Sources, 'env' | 'flagPrefix'>;
}

/** The error that names everything that is missing. */
export function missingAtOnce(
  declaration: Declaration,
  { lacksServer = false, fields, sources }: Missing,
): AuthctlError {
  const { name, title } = declaration;
  const ways = (field: string) => {
    if (sources) return waysToGive(declaration, field, sources.flagPrefix).join(' or ');
    return findField(declaration, field)?.secret ? flagName(field, '-stdin') : flagName(field);
  };
  const flag = flagName('base_url', '', sources?.flagPrefix);
  const url = sources ? [flag, variableName(name, 'base_url')] : [flag];
  const all = [
    ...(lacksServer ? [`the base URL of your server (${url.join(' or ')})`] : []),
    ...fields.map((field) => `${field} (${ways(field)})`),
  ];
  const reasons = sources
    ? emptyVariables(sources.env, name, [...(lacksServer ? ['base_url'] : []), ...fields])
    : ['nobody can be asked here'];
  return new AuthctlError(
    lacksServer ? 'base_url_missing' : 'credential_missing',
    [`missing for ${title}: ${all.join(', ')}`, ...reasons].join('; '),
    { provider: name, ...(!sources && { hint: hint`authctl help credentials` }) },
  );
}

/** What a login without a server has. */
interface Place {
  readonly declaration: Declaration;
  readonly profile: string;
  readonly sources: Sources;
}

/**
 * The error of a login without a server.
 *
 * @param lacking the fields that the default host needs
 */
export async function serverMissing(
  world: ClientWorld,
  { declaration, profile, sources }: Place,
  lacking: readonly string[],
): Promise<AuthctlError> {
  const { name: provider } = declaration;
  const isMissing = (name: string) => {
    const field = findField(declaration, name);
    return field !== undefined && candidatesFor(sources, field).length === 0;
  };
  const sets = loginsForFlags(declaration, sources.given).map((login) =>
    requiredFields(declaration, login).filter(isMissing),
  );
  const fields = sets.reduce((least, each) => (each.length < least.length ? each : least));
  const secrets = fields.filter((name) => findField(declaration, name)?.secret);
  const error = missingAtOnce(declaration, {
    lacksServer: lacking.length === 0,
    fields: [...new Set([...lacking, ...fields])],
    sources,
  });
  const place = { provider, profile, names: secrets };
  if (secrets.length > 0 && !(await whyUnstorable(world, place))) {
    return error.with({ hint: hintCommand(hint`credentials set ${named(provider)}`, { profile }) });
  }
  const key = {
    ...(profile !== 'default' && { profile }),
    provider,
    name: lacking[0] ?? 'base_url',
  };
  return error.with({ hint: settingHint(key, world.prompt !== undefined) });
}
