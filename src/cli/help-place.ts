/** What the help of a command is made of. */
import type { Command, Help } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';

/** A command of the tree. */
export interface Reached {
  readonly command: Command;
  /** Its words, without a provider. */
  readonly path: string;
  /** The providers that it is for; none if it is for all of them or not about any. */
  readonly providers: readonly Declaration[];
}

/**
 * Lays out the help of a command.
 *
 * @param place undefined for the program
 * @param all every provider
 */
export type Layout = (
  command: Command,
  helper: Help,
  place: Reached | undefined,
  all: readonly Declaration[],
) => string;
