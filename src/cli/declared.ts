/** Gives a command line access to the declared providers, which are only read if it may name one. */
import type { Context } from '../context.ts';
import { AuthctlError } from '../errors.ts';
import { providers } from '../providers/index.ts';
import type { DeclaredProviders } from './command-line.ts';

/** @param notice prints a notice once the options are known */
export function declaredProviders(
  context: Context,
  version: string,
  notice: (text: string) => void,
): DeclaredProviders {
  const builtIn = providers.map(({ name }) => name);
  const load = async () => {
    const { uid, clock } = context;
    let config: string;
    try {
      config = context.directories().config;
    } catch (error) {
      // Without a home directory there is no config, and nothing is declared.
      if (error instanceof AuthctlError) return undefined;
      throw error;
    }
    const world = { config, uid, version, clock, builtIn, notice };
    return { world, module: await import('../providers/declared.ts') };
  };
  return {
    find: async (name) => {
      const { module, world } = (await load()) ?? {};
      return module && world && module.declaredProvider(name, world);
    },
    all: async () => {
      const { module, world } = (await load()) ?? {};
      return module && world ? module.declaredProviders(world) : { providers: [], broken: [] };
    },
  };
}
