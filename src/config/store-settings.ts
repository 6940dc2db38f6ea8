/** The settings of the shared store, as `store.<name>`: they belong to no provider and no profile. */

/** What each setting is, and whether it is a secret, which only a command may give. */
export const storeSettings = {
  url: { about: 'the address of the shared store' },
  password: { about: 'a command that prints the password of the store', secret: true },
  key: { about: 'a command that prints the key that seals', secret: true },
  key_file: { about: 'the file with the key that seals' },
  cacert: { about: 'the file of the authorities that signed its certificate' },
  role: { about: 'renewer or reader' },
  lease: { about: 'how long a machine that asks a server may be silent, such as 10s' },
  fallback: { about: 'login, if machines are to log in alone while the store is down' },
} as const satisfies Readonly<Record<string, { readonly about: string; readonly secret?: true }>>;

/** The name of a setting. */
export type StoreSetting = keyof typeof storeSettings;

/** Whether a setting of the store has this name. */
export function isStoreSetting(name: string): name is StoreSetting {
  return Object.hasOwn(storeSettings, name);
}

/** Whether a setting is a secret. */
export function isSecretSetting(name: StoreSetting): boolean {
  return 'secret' in storeSettings[name];
}
