/** The shells that have a completion script. */

/** The arguments of `authctl completion`. */
export const scriptShells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type ScriptShell = (typeof scriptShells)[number];

export function isScriptShell(name: string): name is ScriptShell {
  return scriptShells.some((each) => each === name);
}
