/** Prompts for one line on the terminal. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AuthctlError, type ErrorDetails } from '../errors.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Whether the input is hidden. */
  readonly secret: boolean;
}

/**
 * Prints the label and reads a line. For a secret nothing is echoed, not even its length.
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
    const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
    let details: ErrorDetails = {};
    lines.once('SIGINT', () => {
      details = { signal: 'SIGINT', typed: true };
      lines.close();
    });
    // Ctrl-Z is ignored. readline would suspend only this process and not the script around it, and exit
    // when it is resumed; the shell would then read and show what is typed.
    lines.on('SIGTSTP', () => {});
    const interrupted = () => {
      output.write('\n');
      reject(new AuthctlError('interrupted', 'interrupted', details));
    };
    lines.once('close', interrupted);
    lines.once('line', (line) => {
      // Only this listener: readline's own stops the echo.
      lines.off('close', interrupted);
      lines.close();
      // The newline of Enter was hidden too.
      if (secret) output.write('\n');
      resolve(line);
    });
    lines.setPrompt(label);
    lines.prompt();
    hidden = secret;
  });
}
