/**
 * The servers of each provider, by the provider's name. The bundler puts the value of this module in
 * its place, so that the launcher does not read whole declarations.
 */
import type { Declaration } from '../declaration/declaration.ts';
import { providers } from './index.ts';

export const environments: Readonly<Record<string, Declaration['environments']>> =
  Object.fromEntries(providers.map(({ name, environments }) => [name, environments]));
