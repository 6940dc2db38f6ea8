/** The error for a server that is not known: it names what else is missing too. */

import { keyText } from '../config/key.ts';
import { hintCommand } from '../credentials/hint.ts';
import { whyUnstorable } from '../credentials/keychain/entries.ts';
import { waysToGive } from '../credentials/missing.ts';
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
  /** Whether only flags give it, because the command is about storing it. */
  readonly byFlag?: boolean;
}

/** The error that names everything that is missing. */
export function missingAtOnce(
  declaration: Declaration,
  { lacksServer = false, fields, byFlag = false }: Missing,
): AuthctlError {
  const { name, title } = declaration;
  const ways = (field: string) => {
    const all = waysToGive(declaration, field);
    if (!byFlag) return all.join(' or ');
    return findField(declaration, field)?.secret ? flagName(field, '-stdin') : flagName(field);
  };
  const url = byFlag ? ['--base-url'] : ['--base-url', variableName(name, 'base_url')];
  const all = [
    ...(lacksServer ? [`the base URL of your server (${url.join(' or ')})`] : []),
    ...fields.map((field) => `${field} (${ways(field)})`),
  ];
  const what = `missing for ${title}: ${all.join(', ')}`;
  return new AuthctlError(
    lacksServer ? 'base_url_missing' : 'credential_missing',
    byFlag ? `${what}; authctl cannot prompt here` : what,
    { provider: name },
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
  return error.with({ hint: hint`authctl config set ${named(keyText(key))}` });
}
