/** Reads text from the terminal without an echo, until Ctrl-D ends it as where the terminal echoes. */
import { StringDecoder } from 'node:string_decoder';
import { AuthctlError } from '../errors.ts';
import type { Input } from './prompt.ts';

/** @throws AuthctlError `interrupted` on Ctrl-C */
export function readHidden(input: Input): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder();
    let text = '';
    let line = '';
    const end = () => {
      input.off('data', take);
      input.off('end', done);
      input.pause();
      input.setRawMode?.(false);
    };
    const done = () => {
      end();
      resolve(Buffer.from(text + line));
    };
    const take = (chunk: Buffer) => {
      for (const key of decoder.write(chunk)) {
        if (key === '\x03') {
          end();
          const typed = { signal: 'SIGINT', typed: true } as const;
          return reject(new AuthctlError('interrupted', 'interrupted', typed));
        }
        if (key === '\x04' && line === '') return done();
        if (key === '\x7f' || key === '\b') line = [...line].slice(0, -1).join('');
        else if (key === '\x04' || key === '\r' || key === '\n') {
          // Within a line, Ctrl-D ends only that.
          text += key === '\x04' ? line : `${line}\n`;
          line = '';
        } else line += key;
      }
    };
    input.on('data', take);
    input.once('end', done);
    input.setRawMode?.(true);
    input.resume();
  });
}
