/** The table of completion scripts. A new shell is one entry. */
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { powershellScript } from './powershell.ts';
import type { ScriptShell } from './shell-names.ts';
import type { Words } from './words.ts';
import { zshScript } from './zsh.ts';

/** The file in `completions/`, and the function that generates its text. */
export const scripts: Readonly<
  Record<ScriptShell, { readonly file: string; readonly text: (words: Words) => string }>
> = {
  bash: { file: 'authctl.bash', text: bashScript },
  // The name by which zsh finds a command's completions.
  zsh: { file: '_authctl', text: zshScript },
  fish: { file: 'authctl.fish', text: fishScript },
  powershell: { file: 'authctl.ps1', text: powershellScript },
};
