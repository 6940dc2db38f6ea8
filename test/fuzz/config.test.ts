/** Fuzzes the config file: it must give a config, or an AuthctlError that does not quote the file. */
import { expect } from '@jest/globals';
import { type Config, keychainAccounts } from '../../src/config/document.ts';
import { listSettings } from '../../src/config/list.ts';
import { baseUrlSetting, fieldSetting, parseConfig } from '../../src/config/read.ts';
import { AuthctlError } from '../../src/errors.ts';
import { providers } from '../../src/providers/index.ts';
import { bytesOf, fuzz, texts } from './corpus.ts';

const words = ['"profiles":', '"default":', '"ropo":', '"apicode":', '"command":', '"base_url":'];

fuzz('a config', 'config', texts('config', words), (text) => {
  const settings = attempt(text, () => parseConfig('/c', bytesOf(text)));
  if (!settings) return;
  const config: Config = { path: '/c', settings };
  attempt(text, () => keychainAccounts(config));
  const listed = attempt(text, () => listSettings(config, providers)) ?? [];
  for (const { shown } of listed) expect(shown).not.toContain('S3CR3T');
  for (const { name, fields } of providers) {
    for (const profile of ['default', 'customer.b', '__proto__']) {
      attempt(text, () => baseUrlSetting(config, name, profile));
      for (const field of fields) {
        const found = attempt(text, () => fieldSetting(config, name, profile, field));
        if (found && field.secret) expect(found).toHaveProperty('command');
      }
    }
  }
});

/** @returns undefined for an AuthctlError, which must be `config_broken` and contain no secret */
function attempt<T>(text: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    expect([error.code, error.message.includes('S3CR3T')]).toEqual(['config_broken', false]);
    expect(text).not.toBe('{}');
    return undefined;
  }
}
