/** The names of the shared store in the config and in the environment. */

/** The first word of these settings. No provider may be called like it. */
export const storeProvider = 'store';

/** The variables that may hold a secret of the store, which no command needs that gets a token. */
export const storeSecretVariables: readonly string[] = [
  ...['AUTHCTL_STORE', 'AUTHCTL_STORE_PASSWORD', 'AUTHCTL_STORE_PASSWORD_FILE'],
  ...['AUTHCTL_STORE_KEY', 'AUTHCTL_STORE_KEY_FILE'],
];
