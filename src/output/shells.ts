/** The syntax of the shells for `-o env`: quoting a value, setting and unsetting a variable. */

/** Values are printable ASCII, names `[A-Za-z_][A-Za-z0-9_]*`. */
export interface Shell {
  /** The value as a literal word; undefined if the shell cannot express it. */
  readonly quote: (value: string) => string | undefined;
  /** The statement that sets and exports a variable. */
  readonly set: (name: string, quoted: string) => string;
  /** The statement that unsets a variable, whether or not it is set. */
  readonly unset: (name: string) => string;
  /** The line ending. */
  readonly newline: '\n' | '\r\n';
}

/**
 * A quote in the value ends the quoted string, is escaped, and starts a new one. This works with zsh's
 * RC_QUOTES too, because two quotes never follow each other within a quoted string.
 */
const posix: Shell = {
  quote: (value) => `'${value.replaceAll("'", "'\\''")}'`,
  set: (name, quoted) => `export ${name}=${quoted}`,
  unset: (name) => `unset ${name}`,
  newline: '\n',
};

/** Statements end with a semicolon, because `eval (…)` joins lines with a space. */
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
 * cmd has no escape for these characters that works at a prompt, in a batch file and in `for /f`, and
 * its lines have at most 8,191 characters. Batch files need CR LF.
 */
const cmd: Shell = {
  quote: (value) => (/["%!^&|<>]/.test(value) || value.length > 8000 ? undefined : value),
  set: (name, quoted) => `set "${name}=${quoted}"`,
  unset: (name) => `set "${name}="`,
  newline: '\r\n',
};

/** By the value of --shell. */
export const shells = { bash: posix, zsh: posix, sh: posix, fish, powershell, cmd } as const;

export type ShellName = keyof typeof shells;

/**
 * Whether a value means the same in every shell and in a .env file, with or without quotes. A JWT
 * always does.
 */
export function isPlainValue(value: string): boolean {
  return /^[A-Za-z0-9._~+/=-]+$/.test(value);
}

export function isShellName(name: string): name is ShellName {
  return Object.hasOwn(shells, name);
}
