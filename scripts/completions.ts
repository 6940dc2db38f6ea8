/** Writes the completion scripts in completions/ from the command tree. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWords } from '../src/cli/completion-words.ts';
import { createProgram } from '../src/cli/tree.ts';
import { scripts } from '../src/completion/scripts.ts';
import { providers } from '../src/providers/index.ts';

const program = createProgram({
  providers,
  version: '',
  open: () => {
    throw new Error('no command is run');
  },
  print: () => {},
});
const words = await readWords(program, providers);
mkdirSync('completions', { recursive: true });
for (const { file, text } of Object.values(scripts)) {
  writeFileSync(join('completions', file), text(words));
}
