/** The command lines that the launcher answers by itself, and the only place where it reads one. */

/** What a command line asks for. */
export type LauncherLine =
  | { readonly asksFor: 'version' | 'help' }
  | {
      readonly asksFor: 'token';
      readonly provider: string;
      readonly profile?: string;
      readonly quiet: boolean;
    };

/** Options that make no difference to a stored token. */
const idle: readonly string[] = ['--no-input', '--no-keychain', '--no-color'];

const whole: Readonly<Record<string, 'version' | 'help'>> = {
  '--version': 'version',
  '-V': 'version',
  '--help': 'help',
  '-h': 'help',
};

/**
 * @param argv the arguments, without the program's name
 * @returns undefined if the program has to read the line
 */
export function readLine(argv: readonly string[]): LauncherLine | undefined {
  const [first = ''] = argv;
  if (first === 'token') return readTokenLine(argv.slice(1));
  const asksFor = argv.length === 1 && Object.hasOwn(whole, first) ? whole[first] : undefined;
  return asksFor && { asksFor };
}

function readTokenLine(words: readonly string[]): LauncherLine | undefined {
  let provider: string | undefined;
  let profile: string | undefined;
  let quiet = false;
  const rest = words[Symbol.iterator]();
  for (const word of rest) {
    if (word === '-q' || word === '--quiet') quiet = true;
    else if (word === '-p' || word === '--profile') {
      profile = rest.next().value;
      if (profile === undefined || profile.startsWith('-')) return undefined;
    } else if (word.startsWith('-')) {
      if (!idle.includes(word)) return undefined;
    } else if (provider !== undefined) return undefined;
    else provider = word;
  }
  if (provider === undefined) return undefined;
  return { asksFor: 'token', provider, quiet, ...(profile !== undefined && { profile }) };
}
