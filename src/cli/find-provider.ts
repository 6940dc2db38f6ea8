/** Finds the provider that a command names, and says what was meant by the name of none. */
import type { Declaration } from '../declaration/declaration.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { catalogueNames } from '../providers/catalogue/catalogue.ts';
import type { BrokenProvider } from '../providers/declared.ts';

/** The error for a missing or unknown provider. */
export function providerMissing(
  name: string,
  providers: readonly Declaration[],
  [given]: readonly string[],
): AuthctlError {
  const names = named(...providers.map((provider) => provider.name));
  if (given === undefined) {
    return new AuthctlError('usage', `${name} needs a provider`, {
      hint: hint`use one of: ${names}`,
    });
  }
  return unknownProvider(given, providers);
}

/** @throws AuthctlError `unknown_provider`; what is wrong with the provider's file */
export function findProvider(
  name: string,
  providers: readonly Declaration[],
  broken: readonly BrokenProvider[] = [],
): Declaration {
  const found = providers.find((provider) => provider.name === name);
  if (found) return found;
  throw (
    broken.find((provider) => provider.name === name)?.error ?? unknownProvider(name, providers)
  );
}

function unknownProvider(name: string, providers: readonly Declaration[]): AuthctlError {
  const names = providers.map((provider) => provider.name);
  const near = nearest(name, names);
  const addable = near === undefined ? nearest(name, catalogueNames) : undefined;
  const meant = addable === name ? ', which is in the catalogue' : didYouMean(near ?? addable);
  const message = `unknown provider ${JSON.stringify(name)}${meant}`;
  const isFile = /[/\\]|\.(ya?ml|json)$/.test(name);
  return new AuthctlError('unknown_provider', message, {
    hint: isFile
      ? hint`a declaration becomes a provider with authctl provider add`
      : addable !== undefined
        ? hint`authctl provider add ${named(addable)}`
        : hint`use one of: ${named(...names)}, or authctl provider list --all`,
  });
}
