/** Reserved names: options, variables, placeholders and files already use them. */

/** Names that a provider may not have: files and devices of these names, and the program itself. */
export const reservedProviderNames: ReadonlySet<string> = new Set([
  ...['authctl', 'store', 'profiles', 'con', 'prn', 'aux', 'nul'],
]);

/**
 * The options that existed when the list was written, spelt like fields. An option added later
 * yields to a declared field of its name.
 */
export const reservedFieldNames: ReadonlySet<string> = new Set([
  // Variables and outputs.
  ...['token', 'refresh_token', 'token_expires_at', 'token_file', 'base_url', 'api_url'],
  // Placeholders.
  ...['uuid', 'now', 'iat', 'exp', 'lifetime'],
  // Options of every command, and their negations.
  ...['profile', 'input', 'no_input', 'keychain', 'no_keychain', 'quiet', 'verbose', 'color'],
  ...['no_color', 'error_format', 'help', 'version'],
  // Options of the commands that take fields.
  ...['environment', 'timeout', 'retries', 'allow_http', 'cacert', 'cert', 'key', 'dry_run'],
  ...['min_ttl', 'store', 'no_store', 'output', 'export', 'shell', 'var', 'unset', 'out_file'],
  ...['step_output', 'watch', 'on_renew'],
  // Options of other commands.
  ...['all', 'command', 'credentials', 'local', 'port', 'provider', 'template', 'rejected'],
  ...['answer', 'curl', 'har', 'operation', 'postman'],
  ...['name', 'purge', 'reads', 'real', 'replace', 'save_fixture', 'yes'],
]);
