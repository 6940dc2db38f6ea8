/** Talks with the user on a terminal: questions, lists to pick from, and pasted text. */
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { CANCEL_SYMBOL, Option } from '@clack/prompts';
import { AuthctlError, type ErrorDetails } from '../errors.ts';
import type { Conversation, Item, Typed } from './conversing.ts';
import { printable } from './printable.ts';

/** The terminal, and how it is written to. */
export interface ConversationTerminal {
  readonly input: NodeJS.ReadableStream & { readonly setRawMode?: (on: boolean) => unknown };
  readonly output: NodeJS.WriteStream;
  readonly colors: boolean;
}

/** Text in a list is shortened to what fits a line of the terminal beside its mark. */
const margin = 8;

/** Begins a conversation. @param signal ends the question that is being asked */
export async function converse(
  { input, output, colors }: ConversationTerminal,
  signal?: AbortSignal,
): Promise<Conversation> {
  const prompts = await import('@clack/prompts');
  // A slow connection splits the keys of an arrow, which would end everything.
  prompts.settings.aliases.delete('escape');
  const keyboard = new Keyboard(input);
  const screen = new Screen(output, colors);
  const fitting = (text: string) => printable(text, Math.max(screen.columns - margin, 20));
  const options = (items: readonly Item[]) =>
    items.map(
      ({ value, label, about }): Option<string> => ({
        value,
        label: fitting(label),
        // The list says it of the item under the cursor.
        ...(about !== undefined &&
          fitting(label).length + about.length < screen.columns - margin - 4 && {
            hint: printable(about),
          }),
      }),
    );
  const asked = <T>(
    ask: (common: {
      readonly input: Keyboard;
      readonly output: Screen;
      readonly withGuide: false;
      readonly signal: AbortSignal;
    }) => Promise<T | typeof CANCEL_SYMBOL>,
    typed?: Typed & { readonly value: T },
  ): Promise<T> =>
    keyboard.during(
      signal,
      async (ended) => {
        const answer = await ask({
          input: keyboard,
          output: screen,
          withGuide: false,
          signal: ended.signal,
        });
        if (!prompts.isCancel(answer)) return answer;
        if (typed && ended.isTyped()) return typed.value;
        throw ended.error();
      },
      typed?.begins,
    );
  return {
    columns: () => screen.columns,
    rows: () => screen.rows,
    say: (text) => {
      output.write(
        `${text
          .split('\n')
          .map((line) => printable(line, Infinity))
          .join('\n')}\n`,
      );
    },
    text: ({ message, fallback, check = () => undefined }) =>
      asked((common) =>
        prompts.text({
          ...common,
          message: printable(fallback === undefined ? message : `${message} [${fallback}]`),
          ...(fallback !== undefined && { defaultValue: fallback }),
          validate: (given = '') => {
            const value = given.trim() || fallback;
            return value === undefined ? 'please answer, or end with Ctrl-C' : check(value);
          },
        }),
      ).then((answer) => answer.trim() || (fallback ?? '')),
    pick: (message, items, typed) =>
      asked<string>(
        (common) =>
          prompts.select({
            ...common,
            message: printable(message),
            options: options(items),
            maxItems: 12,
          }),
        typed,
      ),
    some: (message, items, chosen) =>
      asked((common) =>
        prompts.multiselect({
          ...common,
          message: printable(message),
          options: options(items),
          initialValues: chosen,
          required: false,
          maxItems: 12,
        }),
      ),
    paste: (message, isWhole) => {
      output.write(`${printable(message)}\n`);
      return keyboard.during(signal, (ended) => pasted(keyboard, output, isWhole, ended));
    },
    wait: async (message) => {
      output.write(printable(message));
      const isAny = () => true;
      await keyboard.during(signal, (ended) => pasted(keyboard, null, isAny, ended));
      output.write('\r\x1b[K');
    },
  };
}

/** Reads lines without an echo until the text is whole, or an empty line ends it. */
async function pasted(
  keyboard: Keyboard,
  output: NodeJS.WriteStream | null,
  isWhole: (text: string) => boolean,
  ended: Ended,
): Promise<string> {
  keyboard.setRawMode(true);
  keyboard.setEncoding('utf8');
  let text = '';
  let line = '';
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () => keyboard.off('data', take);
      const take = (chunk: string | Buffer) => {
        for (const character of String(chunk)) {
          if (character === '\r' || character === '\n') {
            const isEmpty = line === '';
            text += text === '' ? line : `\n${line}`;
            line = '';
            if (output && text.trim() === '') continue;
            if (!isEmpty && !isWhole(text)) continue;
            stop();
            return resolve(text);
          }
          if (character === '\x7f' || character === '\b') line = line.slice(0, -1);
          else if (character === '\x15') line = '';
          // The marks around a paste, where a shell has left them on.
          else line = (line + character).replace(/\x1b\[20[01]~$/, '');
        }
      };
      ended.signal.addEventListener('abort', () => {
        stop();
        reject(ended.error());
      });
      keyboard.on('data', take);
      keyboard.resume();
    });
  } finally {
    keyboard.pause();
    keyboard.setRawMode(false);
    output?.write('\n');
  }
}

/** How a question was ended without an answer. */
interface Ended {
  readonly signal: AbortSignal;
  readonly error: () => unknown;
  /** Whether it was by a text that is an answer by itself. */
  readonly isTyped: () => boolean;
}

/**
 * The keys, without those that end or stop a program: the question ends by them. What is typed ahead of
 * a question is kept for it.
 */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  readonly #input: ConversationTerminal['input'];
  readonly #decoder = new StringDecoder();

  constructor(input: ConversationTerminal['input']) {
    super();
    this.#input = input;
  }

  setRawMode(on: boolean): this {
    this.#input.setRawMode?.(on);
    return this;
  }

  /**
   * Runs a question with the keys.
   *
   * @param begins the beginning of a text that ends the question, and is kept for the next one
   * @throws AuthctlError `interrupted` on Ctrl-C and on Ctrl-D
   */
  async during<T>(
    outer: AbortSignal | undefined,
    work: (ended: Ended) => Promise<T>,
    begins?: string,
  ): Promise<T> {
    const controller = new AbortController();
    let details: ErrorDetails | undefined;
    const end = (how: ErrorDetails) => {
      details ??= how;
      controller.abort();
    };
    let held = '';
    let isTyped = false;
    const write = (keys: string) => {
      held += keys;
      if (begins !== undefined && !isTyped && mayBegin(held, begins)) {
        isTyped = isBegun(held, begins);
        if (!isTyped) return;
        controller.abort();
      }
      this.write(held);
      held = '';
    };
    const take = (chunk: Buffer | string) => {
      const keys = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
      for (const part of keys.split(/([\r\n\x03\x04\x1a])/)) {
        if (part === '\x03') return end({ signal: 'SIGINT', typed: true });
        if (part === '\x04') return end({});
        if (part !== '' && part !== '\x1a') write(part);
      }
    };
    const aborted = () => controller.abort();
    const closed = () => end({});
    outer?.addEventListener('abort', aborted, { once: true });
    this.#input.on('data', take);
    this.#input.once('end', closed);
    this.#input.resume();
    try {
      return await work({
        signal: controller.signal,
        error: () => outer?.reason ?? new AuthctlError('interrupted', 'interrupted', details ?? {}),
        isTyped: () => isTyped && details === undefined,
      });
    } finally {
      this.#input.off('data', take);
      this.#input.off('end', closed);
      this.#input.pause();
      outer?.removeEventListener('abort', aborted);
    }
  }
}

/** What some terminals send before a paste. */
const pasteMark = '\x1b[200~';

/** Whether keys are a text that begins so. */
function isBegun(keys: string, begins: string): boolean {
  return keys.replace(pasteMark, '').startsWith(begins);
}

/** Whether keys are one, or may become one. */
function mayBegin(keys: string, begins: string): boolean {
  return (
    isBegun(keys, begins) ||
    begins.startsWith(keys.replace(pasteMark, '')) ||
    pasteMark.startsWith(keys)
  );
}

/** The terminal's output, without colours where they are not wanted. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly #output: NodeJS.WriteStream;
  readonly #colors: boolean;

  constructor(output: NodeJS.WriteStream, colors: boolean) {
    super({ decodeStrings: false });
    this.#output = output;
    this.#colors = colors;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.#output.write(this.#colors ? text : text.replace(/\x1b\[[\d;]*m/g, ''));
    done();
  }
}
