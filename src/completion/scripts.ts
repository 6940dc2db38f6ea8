/** The completion scripts, as a table: a new shell is one entry. */
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { powershellScript } from './powershell.ts';
import type { ScriptShell } from './shell-names.ts';
import type { Words } from './words.ts';
import { zshScript } from './zsh.ts';

/** By the shell: the name of the file in `completions/`, and what makes its text. */
export const scripts: Readonly<
  Record<ScriptShell, { readonly file: string; readonly text: (words: Words) => string }>
> = {
  bash: { file: 'authctl.bash', text: bashScript },
  // zsh finds a command's completions by this name.
  zsh: { file: '_authctl', text: zshScript },
  fish: { file: 'authctl.fish', text: fishScript },
  powershell: { file: 'authctl.ps1', text: powershellScript },
};
