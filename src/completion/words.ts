/** What a Tab may offer, as plain words: read from the command tree once, printed by each shell's printer. */

/** Something to choose, and what it is in a few words. */
export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** What may stand in a place. */
export type Offer =
  /** One of these. */
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  /** A provider; with `list`, several with commas between them. */
  | { readonly kind: 'providers'; readonly list: boolean }
  /** An environment of the provider that the command names. */
  | { readonly kind: 'environments' }
  | { readonly kind: 'profiles' | 'files' }
  /** Something that nobody can guess. */
  | { readonly kind: 'nothing' };

/** An option, under its names (`-o`, `--output`). */
export interface Flag {
  readonly names: readonly string[];
  readonly summary: string;
  /** The value that must follow it, by the name that the help gives it. */
  readonly value?: { readonly label: string; readonly offer: Offer };
}

/**
 * Commands, by the words that lead to them: `config set`; `login *` stands for every provider of a
 * verb, also those that the scripts know nothing of. The program itself is the empty text.
 */
export type Places = readonly string[];

/** Flags that stand in the same places. */
export interface FlagGroup {
  /** `everywhere`: in each that has flags at all. */
  readonly at: Places | 'everywhere';
  readonly flags: readonly Flag[];
}

/** All that a completion script is made of. */
export interface Words {
  /** The commands that have others below them, and what may follow each. */
  readonly commands: readonly {
    readonly at: Places;
    readonly offer: Extract<Offer, { kind: 'words' | 'providers' }>;
  }[];
  /** What each command's first argument may be, where something is known of it. */
  readonly firstArguments: readonly { readonly at: Places; readonly offer: Offer }[];
  /** The commands that end with another program and its arguments. */
  readonly runners: Places;
  readonly flags: readonly FlagGroup[];
  /** The commands without any flag. */
  readonly bare: Places;
  readonly providers: readonly Word[];
  /** The environments of each provider that has some. */
  readonly environments: readonly { readonly provider: string; readonly words: readonly Word[] }[];
}
