/** Derives flags and variables from the names of providers and fields. */

/**
 * `api_key` → `--api-key`; with a suffix, `--api-key-stdin`.
 *
 * @param prefix `my-api-`, where a command has several providers
 */
export function flagName(field: string, suffix = '', prefix = ''): string {
  return `--${prefix}${field.replaceAll('_', '-')}${suffix}`;
}

/** The key of an option's parsed value, as commander names it: `--api-key` → `apiKey`. */
export function optionName(flag: string): string {
  return flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `my-api`, `api_key` → `MY_API_API_KEY`. */
export function variableName(provider: string, name: string): string {
  return `${provider}_${name}`.replaceAll('-', '_').toUpperCase();
}

/** The variable with the path of a secret's file: `my-api`, `api_key` → `MY_API_API_KEY_FILE`. */
export function fileVariable(provider: string, field: string): string {
  return variableName(provider, `${field}_file`);
}

/**
 * The possible last words of a variable that gets a value. Variables with other names may be ones that
 * shells, the loader or interpreters act on (PATH, BASH_ENV, NODE_OPTIONS), and a token comes from a server.
 */
export const secretWords: readonly string[] = [
  ...['TOKEN', 'KEY', 'SECRET', 'JWT', 'AUTH', 'PASSWORD', 'SESSION', 'COOKIE'],
];

/** Whether the last word of a variable is one of `secretWords`. Windows ignores case. */
export function endsLikeSecret(variable: string): boolean {
  const upper = variable.toUpperCase();
  return secretWords.includes(upper.slice(upper.lastIndexOf('_') + 1));
}

/** Whether a provider may have this name. */
export function isProviderName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,63}$/.test(name);
}

/** `my-api`, `csrf` → `MY_API_KEEP_CSRF`: a server's value never gets a variable of its own choice. */
export function keepVariable(provider: string, name: string): string {
  return variableName(provider, `keep_${name}`);
}

export function findField<F extends { readonly name: string }>(
  declaration: { readonly fields: readonly F[] },
  name: string,
): F | undefined {
  return declaration.fields.find((field) => field.name === name);
}
