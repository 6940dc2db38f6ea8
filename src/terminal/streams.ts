/** The interfaces of the standard streams. */

/** Stdout or stderr. */
export interface Sink {
  readonly isTTY: boolean;
  /** The width of a terminal. */
  readonly columns?: number | undefined;
  /** Rejects if the text of stdout cannot be written, for example to a full disk. */
  write(text: string): Promise<void>;
}

/** Standard input. */
export interface Source {
  readonly isTTY: boolean;
  /**
   * Reads to the end.
   *
   * @param secret what is read, if a terminal must not show it
   */
  read(secret?: string): Promise<Uint8Array>;
}
