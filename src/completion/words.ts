/** The data of the completion scripts, independent of the shell. It is read from the command tree. */

/** A completion with its description. */
export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** The completions for an argument or a flag's value. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  /** A provider; with `list`, several separated by commas. */
  | { readonly kind: 'providers'; readonly list: boolean }
  /** The environments of the command's provider. */
  | { readonly kind: 'environments' }
  | { readonly kind: 'profiles' | 'files' }
  /** A name in the catalogue, or a file. */
  | { readonly kind: 'catalogue' }
  /** A value that cannot be completed. */
  | { readonly kind: 'nothing' };

/** An option, under its names (`-o`, `--output`). */
export interface Flag {
  readonly names: readonly string[];
  readonly summary: string;
  /** Its required value, with the name that the help gives it. */
  readonly value?: { readonly label: string; readonly offer: Offer };
}

/**
 * Commands by their words, such as `config set`. `login *` stands for every provider of a verb, even
 * unknown ones. The program itself is the empty string.
 */
export type Places = readonly string[];

/** Flags of the same commands. */
export interface FlagGroup {
  /** `everywhere` for every command. */
  readonly at: Places | 'everywhere';
  readonly flags: readonly Flag[];
}

/** The data of a completion script. */
export interface Words {
  /** The commands with subcommands, and these. */
  readonly commands: readonly {
    readonly at: Places;
    readonly offer: Extract<Offer, { kind: 'words' | 'providers' }>;
  }[];
  /** The first arguments of commands, if they can be completed. */
  readonly firstArguments: readonly { readonly at: Places; readonly offer: Offer }[];
  /** The commands that take another program and its arguments. */
  readonly runners: Places;
  readonly flags: readonly FlagGroup[];
  readonly providers: readonly Word[];
  readonly catalogue: readonly Word[];
  /** By provider, if it has environments. */
  readonly environments: readonly { readonly provider: string; readonly words: readonly Word[] }[];
}
