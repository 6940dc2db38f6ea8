/** The standard streams, as the program is handed them. */

/** A stream that text is written to. */
export interface Sink {
  readonly isTTY: boolean;
  /** The width of a terminal. */
  readonly columns?: number | undefined;
  /** Resolves when the text was handed over. Rejects where it cannot be (a full disk). */
  write(text: string): Promise<void>;
}

/** Standard input. */
export interface Source {
  readonly isTTY: boolean;
  /** All of it, to its end. */
  read(): Promise<Uint8Array>;
}
