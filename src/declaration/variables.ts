/** The environment variables of a provider: those that it reads, and those that it sets. */
import type { Declaration } from './declaration.ts';
import { keptValues } from './kept.ts';
import { fileVariable, keepVariable, variableName } from './names.ts';

/** The variables that give a provider its credentials and its server. */
export function variablesRead({
  name,
  fields,
  refresh,
  environments,
}: Pick<Declaration, 'name' | 'fields' | 'refresh' | 'environments'>): string[] {
  return [
    ...fields
      .filter(({ once }) => !once)
      .flatMap((field) => [
        variableName(name, field.name),
        ...(field.secret ? [fileVariable(name, field.name)] : []),
      ]),
    ...[
      'base_url',
      ...(environments ? ['environment'] : []),
      ...(refresh ? ['refresh_token'] : []),
    ].map((each) => variableName(name, each)),
  ];
}

/** All variables of a provider. */
export function variablesOfProvider(declaration: Declaration): string[] {
  const { name } = declaration;
  return [
    ...variablesRead(declaration),
    ...['environment', 'token', 'refresh_token', 'token_expires_at'].map((each) =>
      variableName(name, each),
    ),
    ...[...keptValues(declaration).keys()].map((each) => keepVariable(name, each)),
  ];
}

/** A variable that two providers share, so that one would get the other's value. */
export function sharedVariable(a: Declaration, b: Declaration): string | undefined {
  const others = new Set(variablesOfProvider(b));
  return variablesOfProvider(a).find((variable) => others.has(variable));
}

/** The variables that may hold a provider's secrets: its secret fields, its tokens and kept values. */
export function secretVariables(declaration: Declaration): string[] {
  const { name, fields } = declaration;
  return [
    ...fields
      .filter(({ secret }) => secret)
      .flatMap((field) => [variableName(name, field.name), fileVariable(name, field.name)]),
    ...[...keptValues(declaration).keys()].map((each) => keepVariable(name, each)),
    ...['token', 'refresh_token', 'token_expires_at'].map((each) => variableName(name, each)),
  ];
}
