/** What a conversation with the user consists of. */

/** Questions on a terminal. Each throws AuthctlError `interrupted` on Ctrl-C and on Ctrl-D. */
export interface Conversation {
  readonly columns: () => number;
  readonly rows: () => number;
  /** Prints lines. */
  readonly say: (text: string) => void;
  /** Asks for a line; one that is not accepted is asked for again. */
  readonly text: (question: TextQuestion) => Promise<string>;
  /** One of several. @returns its value, or that of a text which was typed instead */
  readonly pick: (message: string, items: readonly Item[], typed?: Typed) => Promise<string>;
  /** Any of several. @param chosen what is chosen at first */
  readonly some: (
    message: string,
    items: readonly Item[],
    chosen: string[],
  ) => Promise<readonly string[]>;
  /** Lines that are not shown. @param isWhole whether nothing is missing at the end of a line */
  readonly paste: (message: string, isWhole: (text: string) => boolean) => Promise<string>;
  /** Waits for Enter under a message that then goes away. */
  readonly wait: (message: string) => Promise<void>;
}

/** A question for a line. */
export interface TextQuestion {
  readonly message: string;
  /** What an empty line means; without it, an empty line is asked for again. */
  readonly fallback?: string;
  /** What is wrong with an answer. */
  readonly check?: (answer: string) => string | undefined;
}

/** A text that is an answer to a list by itself. It is kept for the next question. */
export interface Typed {
  /** What it begins with. */
  readonly begins: string;
  readonly value: string;
}

/** An item of a list. */
export interface Item {
  readonly value: string;
  readonly label: string;
  /** More about it, where there is room. */
  readonly about?: string;
}
