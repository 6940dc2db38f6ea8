/**
 * The one precedence of credentials: flag → environment → config → keychain → prompt, field by field.
 * Here are the first three, which can be looked at without asking anybody; the keychain and a person
 * are asked only for what these leave open.
 */
import type { Config } from '../config/document.ts';
import type { Candidate } from './candidate.ts';
import { fromConfig } from './sources/config.ts';
import { type Environment, fromEnvironment } from './sources/environment.ts';
import { fromFlag, type Given } from './sources/flag.ts';

/** Where is looked. */
export interface Sources {
  readonly provider: string;
  readonly profile: string;
  /** By field: what the command line gave. */
  readonly given: ReadonlyMap<string, Given>;
  readonly env: Environment;
  /** Undefined where there is none, as the launcher finds it. */
  readonly config: Config | undefined;
}

/**
 * What there is for a field, the one that wins first.
 *
 * @throws AuthctlError `config_broken`
 */
export function candidatesFor(
  { provider, profile, given, env, config }: Sources,
  field: { readonly name: string; readonly secret: boolean },
): readonly Candidate[] {
  return [
    fromFlag(given, field.name),
    fromEnvironment(env, provider, field.name),
    config && fromConfig(config, provider, profile, field),
  ].filter((candidate) => candidate !== undefined);
}

/**
 * The value that wins, where it is at hand: one that a command would print is not. What is wrong in
 * the config at a field that something else gives, or at a secret, is for who needs the credential.
 *
 * @throws AuthctlError `config_broken`
 */
export function valueAtHand(
  { provider, profile, given, env, config }: Sources,
  field: { readonly name: string; readonly secret: boolean },
): string | undefined {
  const first =
    fromFlag(given, field.name) ??
    fromEnvironment(env, provider, field.name) ??
    (config && !field.secret ? fromConfig(config, provider, profile, field) : undefined);
  return first && 'value' in first ? first.value : undefined;
}
