/** Prompts for one line on the terminal. */
import { createInterface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { AuthctlError, type ErrorDetails } from '../errors.ts';

/** The keyboard. */
export type Input = NodeJS.ReadableStream & { readonly setRawMode?: (on: boolean) => unknown };

export interface Terminal {
  readonly input: Input;
  readonly output: NodeJS.WritableStream;
  /** Whether the input is hidden. */
  readonly secret: boolean;
}

/**
 * Prints the label and reads a line. For a secret nothing is echoed, not even its length. What is typed
 * or pasted after the line is kept for the next question.
 *
 * @throws AuthctlError `interrupted` on Ctrl-C and on Ctrl-D
 */
export function askOnTerminal(label: string, { input, output, secret }: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let hidden = false;
    const echo = new Writable({
      write(chunk, _encoding, done) {
        if (!hidden) output.write(chunk);
        // Synchronously: text still queued when `hidden` is set would be lost, even the label.
        done();
      },
    });
    const keys = new PassThrough();
    const lines = createInterface({ input: keys, output: echo, terminal: true, historySize: 0 });
    // Before the label is shown: until then, the terminal shows what is typed.
    const stopListening = keyboardOf(input).listen(keys);
    let details: ErrorDetails = {};
    lines.once('SIGINT', () => {
      details = { signal: 'SIGINT', typed: true };
      lines.close();
    });
    // Ctrl-Z is ignored. readline would suspend only this process and not the script around it, and exit
    // when it is resumed; the shell would then read and show what is typed.
    lines.on('SIGTSTP', () => {});
    const interrupted = () => {
      stopListening({ atOnce: true });
      output.write('\n');
      reject(new AuthctlError('interrupted', 'interrupted', details));
    };
    lines.once('close', interrupted);
    lines.once('line', (line) => {
      // Only this listener: readline's own stops the echo.
      lines.off('close', interrupted);
      lines.close();
      stopListening({ atOnce: false });
      // The newline of Enter was hidden too.
      if (secret) output.write('\n');
      resolve(line);
    });
    lines.setPrompt(label);
    lines.prompt();
    hidden = secret;
  });
}

const keyboards = new WeakMap<Input, Keyboard>();

function keyboardOf(input: Input): Keyboard {
  const known = keyboards.get(input) ?? new Keyboard(input);
  keyboards.set(input, known);
  return known;
}

/** Hands the keys to one question after the other, a line at a time. */
class Keyboard {
  readonly #input: Input;
  readonly #decoder = new StringDecoder();
  /** Read, and not yet handed to a question. */
  #ahead = '';
  #afterReturn = false;
  #isListening = false;

  constructor(input: Input) {
    this.#input = input;
  }

  /** @returns ends it; not at once, the terminal stays as it is for a question that follows */
  listen(keys: PassThrough): (how: { readonly atOnce: boolean }) => void {
    this.#isListening = true;
    let isDone = false;
    let isHanding = false;
    let isEnded = false;
    const hand = async () => {
      if (isHanding) return;
      isHanding = true;
      while (!isDone && this.#ahead !== '') {
        keys.write(this.#takeLine());
        // For readline, which ends the question at the line's end.
        await new Promise((resolve) => setImmediate(resolve));
      }
      isHanding = false;
      if (isEnded && !isDone) keys.end();
    };
    const take = (chunk: Buffer | string) => {
      this.#ahead += typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
      hand();
    };
    const end = () => {
      isEnded = true;
      hand();
    };
    this.#input.on('data', take);
    this.#input.once('end', end);
    this.#input.once('error', end);
    this.#input.setRawMode?.(true);
    this.#input.resume();
    // What is there already, once the question stands.
    setImmediate(hand);
    return ({ atOnce }) => {
      isDone = true;
      this.#isListening = false;
      this.#input.off('data', take);
      this.#input.off('end', end);
      this.#input.off('error', end);
      const release = () => {
        if (this.#isListening) return;
        this.#input.pause();
        this.#input.setRawMode?.(false);
      };
      // A pasted secret that is still on its way to the next question must not be echoed.
      if (atOnce) release();
      else setImmediate(release);
    };
  }

  /** The text up to the first line's end. */
  #takeLine(): string {
    // The second half of a line's end.
    if (this.#afterReturn) this.#ahead = this.#ahead.replace(/^\n/, '');
    const [line = ''] = /^[^\r\n]*[\r\n]?/.exec(this.#ahead) ?? [];
    this.#ahead = this.#ahead.slice(line.length);
    if (line !== '') this.#afterReturn = line.endsWith('\r');
    return line;
  }
}
