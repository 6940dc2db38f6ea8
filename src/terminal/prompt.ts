/** Asks a person at the terminal for one line. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AuthctlError } from '../errors.ts';

/** Where the person is, and whether the answer may be seen. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly secret: boolean;
}

/**
 * Prints the label and reads a line. Of a secret nothing is echoed, not even its length.
 *
 * @throws AuthctlError `interrupted` on Ctrl-C and on Ctrl-D
 */
export function askOnTerminal(label: string, { input, output, secret }: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let hidden = false;
    const echo = new Writable({
      write(chunk, _encoding, done) {
        if (!hidden) output.write(chunk);
        // At once: what waits here when the answer begins would be hidden, the label with it.
        done();
      },
    });
    const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
    lines.once('SIGINT', () => lines.close());
    // Ctrl-Z does nothing. readline would stop this process without the script that it is part of, and
    // let it end when it goes on: what is typed after that, the shell would read and show.
    lines.on('SIGTSTP', () => {});
    const interrupted = () => {
      output.write('\n');
      reject(new AuthctlError('interrupted', 'interrupted'));
    };
    lines.once('close', interrupted);
    lines.once('line', (line) => {
      // Ours alone: readline listens too, and stops echoing then.
      lines.off('close', interrupted);
      lines.close();
      // The Enter was hidden with the rest.
      if (secret) output.write('\n');
      resolve(line);
    });
    lines.setPrompt(label);
    lines.prompt();
    hidden = secret;
  });
}
