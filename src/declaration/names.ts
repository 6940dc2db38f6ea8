/** Derives flags and variables from the names of providers and fields. */

/** `api_key` → `--api-key`; with a suffix, `--api-key-stdin`. */
export function flagName(field: string, suffix = ''): string {
  return `--${field.replaceAll('_', '-')}${suffix}`;
}

/** The key of an option's parsed value, as commander names it: `--api-key` → `apiKey`. */
export function optionName(flag: string): string {
  return flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `my-api`, `api_key` → `MY_API_API_KEY`. */
export function variableName(provider: string, name: string): string {
  return `${provider}_${name}`.replaceAll('-', '_').toUpperCase();
}

/** Whether a provider may have this name. */
export function isProviderName(name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name);
}

/** The variables that may hold a provider's secrets: its secret fields and its tokens. */
export function secretVariables({
  name,
  fields,
}: {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly secret: boolean }[];
}): string[] {
  return [
    ...fields.filter(({ secret }) => secret).map((field) => variableName(name, field.name)),
    ...['token', 'refresh_token', 'token_expires_at'].map((each) => variableName(name, each)),
  ];
}

export function findField<F extends { readonly name: string }>(
  declaration: { readonly fields: readonly F[] },
  name: string,
): F | undefined {
  return declaration.fields.find((field) => field.name === name);
}
