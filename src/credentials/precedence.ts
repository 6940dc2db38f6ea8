/**
 * The precedence of credentials: flag → environment → config → keychain → prompt, for each field. This
 * file covers the first three. The keychain and the user are only asked for what these do not have.
 */
import type { Config } from '../config/document.ts';
import type { SettingServer } from '../config/read.ts';
import type { Candidate } from './candidate.ts';
import { fromConfig } from './sources/config.ts';
import { type Environment, fromEnvironment } from './sources/environment.ts';
import type { FileCandidates } from './sources/environment-file.ts';
import { fromFlag, type Given } from './sources/flag.ts';

/** The sources of a command. */
export interface Sources {
  readonly provider: string;
  readonly profile: string;
  /** What the names of this provider's flags begin with, where a command has several providers. */
  readonly flagPrefix?: string | undefined;
  /** The values given by flags, by field. */
  readonly given: ReadonlyMap<string, Given>;
  readonly env: Environment;
  /** What files that the environment names have; the launcher leaves them to the program. */
  readonly files?: FileCandidates;
  /** Undefined if the launcher finds no config file. */
  readonly config: Config | undefined;
  /** The server that the config's settings are wanted for; undefined while it is not known. */
  readonly server?: SettingServer | undefined;
}

/** A field, as far as its sources depend on it. */
export interface SourcedField {
  readonly name: string;
  readonly secret: boolean;
  readonly default?: string;
  /** Whether it is a one-time code, which only a flag or a prompt gives. */
  readonly once?: boolean;
}

/**
 * The candidates for a field, in order of precedence.
 *
 * @throws AuthctlError `config_broken`
 */
export function candidatesFor(
  { provider, profile, given, env, files, config, server }: Sources,
  field: SourcedField,
): readonly Candidate[] {
  if (field.once) return [fromFlag(given, field.name)].filter((each) => each !== undefined);
  return [
    fromFlag(given, field.name),
    fromEnvironment(env, provider, field.name),
    ...(files?.get(field.name) ?? []),
    config && fromConfig(config, provider, profile, field, server),
    fromDefault(field),
  ].filter((candidate) => candidate !== undefined);
}

function fromDefault({ default: value }: SourcedField): Candidate | undefined {
  return value === undefined ? undefined : { kind: 'default', origin: 'the default', value };
}

/**
 * The value of a field, if it is known without running a command. Errors in the config are ignored for
 * a secret, and for a field that a flag or variable gives: only finding the credentials reports them.
 *
 * @throws AuthctlError `config_broken`
 */
export function valueAtHand(sources: Sources, field: SourcedField): string | undefined {
  return atHand(sources, field)?.value;
}

/** The same, with its source. @throws AuthctlError `config_broken` */
export function atHand(
  { provider, profile, given, env, files, config, server }: Sources,
  field: SourcedField,
): (Candidate & { readonly value: string }) | undefined {
  const first =
    fromFlag(given, field.name) ??
    (field.once ? undefined : fromEnvironment(env, provider, field.name)) ??
    files?.get(field.name)?.[0] ??
    (config && !field.secret ? fromConfig(config, provider, profile, field, server) : undefined) ??
    fromDefault(field);
  return first && 'value' in first ? first : undefined;
}
