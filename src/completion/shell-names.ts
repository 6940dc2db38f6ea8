/** The shells that there are completion scripts for. */

/** The names that `authctl completion` takes. */
export const scriptShells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** The name of such a shell. */
export type ScriptShell = (typeof scriptShells)[number];

/** Whether there is a script for a shell of this name. */
export function isScriptShell(name: string): name is ScriptShell {
  return scriptShells.some((each) => each === name);
}
