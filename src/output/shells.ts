/** The shells that `-o env` speaks to: how each quotes a value, sets a variable and unsets it. */

/** One shell. A value is printable ASCII, a name `[A-Za-z_][A-Za-z0-9_]*`. */
export interface Shell {
  /** The value as one word that stands for exactly itself; undefined where the shell has no such word. */
  readonly quote: (value: string) => string | undefined;
  /** The statement that sets and exports a variable to a quoted value. */
  readonly set: (name: string, quoted: string) => string;
  /** The statement that unsets a variable, set or not. */
  readonly unset: (name: string) => string;
  /** What a line ends with. */
  readonly newline: '\n' | '\r\n';
}

/**
 * A quote inside is closed, escaped and opened again, which zsh's RC_QUOTES leaves alone as well:
 * no quote in this form directly follows another inside the quotes.
 */
const posix: Shell = {
  quote: (value) => `'${value.replaceAll("'", "'\\''")}'`,
  set: (name, quoted) => `export ${name}=${quoted}`,
  unset: (name) => `unset ${name}`,
  newline: '\n',
};

/** Statements end with a semicolon, since `eval (…)` joins lines with a space. */
const fish: Shell = {
  quote: (value) => `'${value.replace(/['\\]/g, '\\$&')}'`,
  set: (name, quoted) => `set -gx ${name} ${quoted};`,
  unset: (name) => `set -eg ${name};`,
  newline: '\n',
};

const powershell: Shell = {
  quote: (value) => `'${value.replaceAll("'", "''")}'`,
  set: (name, quoted) => `$env:${name} = ${quoted}`,
  unset: (name) => `$env:${name} = $null`,
  newline: '\n',
};

/**
 * Nothing in cmd escapes these characters the same way at a prompt, in a batch file and in
 * `for /f`, and a line ends at 8,191 characters. Lines end with CR LF, as batch files need it.
 */
const cmd: Shell = {
  quote: (value) => (/["%!^&|<>]/.test(value) || value.length > 8000 ? undefined : value),
  set: (name, quoted) => `set "${name}=${quoted}"`,
  unset: (name) => `set "${name}="`,
  newline: '\r\n',
};

/** By the name that --shell takes. */
export const shells = { bash: posix, zsh: posix, sh: posix, fish, powershell, cmd } as const;

/** The name of a shell. */
export type ShellName = keyof typeof shells;

/**
 * Whether a value means itself in every shell, and in a .env file, with quotes or without: letters,
 * digits and `._~+/=-`, which every JWT is made of.
 */
export function isPlainValue(value: string): boolean {
  return /^[A-Za-z0-9._~+/=-]+$/.test(value);
}

/** Whether --shell takes this name. */
export function isShellName(name: string): name is ShellName {
  return Object.hasOwn(shells, name);
}
